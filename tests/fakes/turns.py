"""A turn as the page shows it, from an answer alone."""

from rag import Answer
from ui.conversation import Conversation, Turn
from ui.keeping import Lookup
from ui.render import turn_html
from ui.words import Words


def answer_html(answer: Answer, article: Lookup, words: Words) -> str:
    return turn_html(Conversation("", (Turn(answer.question, answer=answer),), 0), 0, article, words)
