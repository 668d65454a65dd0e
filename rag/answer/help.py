"""Texts for messages that do not ask about the articles, and for questions that they do not answer."""

from collections.abc import Sequence

from rag.answer.said import Said
from rag.search.history import NOT_SAID
from rag.text import readable

_TITLE_CHARS = 80


def help_text(count: int, titles: Sequence[str]) -> str:
    """What can be asked: `titles` are those of some of the `count` indexed articles."""
    if not count:
        return "I answer questions from a folder of articles, but none is indexed yet."
    articles = f"{count} articles" if count > 1 else "one article"
    examples = " · ".join(f"“{readable(title)[:_TITLE_CHARS]}”" for title in titles)
    return (
        f"I answer questions from {articles}, and cite the source of each sentence."
        f" Ask about what they say, for example: {examples}."
    )


def refusal_text(
    question: str, unmentioned: Sequence[str], scope: str = "", *, empty: bool = False, missing: str = ""
) -> str:
    """A refusal: what was searched for, where, and which of its words the nearest passages do not mention.

    `scope` describes the articles searched, if not all; `empty`: there are none; `missing`: what no article
    mentions and the answer would have to.
    """
    stop = "" if question.endswith((".", "?", "!")) else "."
    text = f"{NOT_SAID} Looked for: “{question}”{stop}"
    if empty and not scope:
        text += " No article is indexed."
    elif scope:
        text += f" No article is within the scope: {scope}." if empty else f" Searched only: {scope}."
    if missing and missing not in unmentioned and not empty:
        text += f" The articles searched do not mention {missing}."
    if unmentioned and not empty:
        text += f" The nearest passages do not mention {', '.join(unmentioned)}."
    return text


def remarks(said: Said) -> str:
    """What an answer leaves out: questions of the message, items of a list."""
    text = "".join(f" {NOT_SAID} Looked for: “{question}”" for question in said.unanswered)
    if said.left:
        text += f" {said.left} more are not shown."
    if not said.all_read:
        text += " Not every passage was searched, so there may be more."
    return text
