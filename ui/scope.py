"""The scope of a reader's question: parsed from what the script sends, and described in words."""

from collections.abc import Iterable
from typing import Any

import gradio as gr

from rag import Scope
from ui.hub import sent
from ui.keeping import Lookup
from ui.words import Words

_NAMED = 3  # more articles than this are counted, not named
_MOST_FOLDERS = 500


def asked_scope(event: gr.EventData) -> Scope:
    """The scope of a question.

    Raises:
        ScopeError: if a date cannot be parsed, or it names too many articles.
    """
    given = sent(event, "scope", dict[str, Any]())
    folder, since, until = (
        value if isinstance(value := given.get(name), str) else "" for name in ("folder", "since", "until")
    )
    named = given.get("sources")
    sources = [one for one in named if isinstance(one, str)] if isinstance(named, list) else []
    return Scope.of(sources=sources or None, folder=folder, since=since, until=until)


def scope_words(scope: Scope, article: Lookup, words: Words) -> str:
    """A description for readers, with the titles of a few articles; "" for all of them."""
    sources = scope.sources or ()
    if len(sources) <= _NAMED:
        named = [found.title if (found := article(source)) else source for source in sources]
    else:
        named = [words("articles_n", n=len(sources))]
    places = [words("in_folder", folder=scope.folder)] if scope.folder else []
    times = [
        words(key, day=day)
        for key, day in (("since", scope.since), ("until", scope.until))
        if day is not None
    ]
    return ", ".join([*named, *places, *times])


def folders(sources: Iterable[str]) -> list[str]:
    """The folders that contain articles, and their parent folders."""
    found = set()
    for source in sources:
        parts = source.split("/")[:-1]
        found |= {"/".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
    return sorted(found)[:_MOST_FOLDERS]
