"""What is said to a message that asks nothing of the articles, and when they do not answer."""

from collections.abc import Sequence

from rag.answer.said import Said
from rag.search.history import NOT_SAID
from rag.text import readable

_TITLE_CHARS = 80


def help_text(count: int, titles: Sequence[str]) -> str:
    """What can be asked: `titles` are of some of the `count` indexed articles."""
    if not count:
        return "I answer questions from a folder of articles, but none is indexed yet."
    articles = f"{count} articles" if count > 1 else "one article"
    examples = " · ".join(f"“{readable(title)[:_TITLE_CHARS]}”" for title in titles)
    return (
        f"I answer questions from {articles}, and show for each sentence where it stands."
        f" Ask about what they say, for example: {examples}."
    )


def refusal_text(
    question: str, unmentioned: Sequence[str], scope: str = "", *, empty: bool = False, unheard: str = ""
) -> str:
    """That the articles do not say it, what was looked for and where, and what of it stands nowhere near.

    `scope` tells which articles were looked at, if not all, `empty` that there are none; `unheard` is what
    rules an answer out.
    """
    stop = "" if question.endswith((".", "?", "!")) else "."
    text = f"{NOT_SAID} Looked for: “{question}”{stop}"
    if scope:
        text += f" No article is within the scope: {scope}." if empty else f" Only there: {scope}."
    if unheard and unheard not in unmentioned and not empty:
        text += f" No article mentions {unheard}."
    if unmentioned and not empty:
        text += f" The nearest passages do not mention {', '.join(unmentioned)}."
    return text


def remarks(said: Said) -> str:
    """What an answer leaves out: questions of the message, lines of a list."""
    text = "".join(f" {NOT_SAID} Looked for: “{question}”" for question in said.unanswered)
    if said.left:
        text += f" {said.left} more are not shown."
    if not said.all_read:
        text += " Not every passage was looked at: there may be more."
    return text
