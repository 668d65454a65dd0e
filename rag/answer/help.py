"""Texts for messages that do not ask about the articles, and for questions that they do not answer."""

from collections.abc import Sequence

from rag.answer.said import Said
from rag.text import readable
from rag.wording import wording_for

_TITLE_CHARS = 80
_STOPS = tuple(".?!。？！؟।")


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
    """A refusal, in the question's language: what was searched for, where, and which of its words the nearest
    passages do not mention.

    `scope` describes the articles searched, if not all; `empty`: there are none; `missing`: what no article
    mentions and the answer would have to.
    """
    phrases = wording_for(question)
    text = _not_said(question)
    if empty and not scope:
        text.append(phrases("none_indexed"))
    elif scope:
        text.append(phrases("out_of_scope" if empty else "searched_only", scope=scope))
    if missing and missing not in unmentioned and not empty:
        text.append(phrases("no_mention", missing=missing))
    if unmentioned and not empty:
        text.append(phrases("nearest_lack", words=", ".join(unmentioned)))
    return " ".join(text)


def remarks(question: str, said: Said) -> str:
    """What an answer leaves out, in the question's language: questions of the message, items of a list."""
    text = [part for one in said.unanswered for part in _not_said(one)]
    if said.left:
        text.append(wording_for(question)("left", n=said.left))
    if not said.all_read:
        text.append(wording_for(question)("not_all_read"))
    return " ".join(text)


def _not_said(question: str) -> list[str]:
    phrases = wording_for(question)
    looked = phrases("looked_for", question=question)
    return [phrases("not_said"), looked[:-1] if question.endswith(_STOPS) else looked]
