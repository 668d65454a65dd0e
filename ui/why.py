"""Why an answer is what it is: in words first, figures collapsed."""

from collections.abc import Mapping
from typing import Any

from rag import Answer
from ui.keeping import Lookup
from ui.render import reader_text, sure_word
from ui.view import lines, page_part
from ui.words import Words

_PASSAGES, _SENTENCES = 10, 12


def why_html(
    answer: Answer,
    why: Mapping[str, Any],
    article: Lookup,
    words: Words,
    *,
    again: bool = False,
    seq: int = 0,
) -> str:
    """Render how a question was answered, from `Explanation.to_dict`; `again`: answered again since."""
    passages = [
        {**item, "title": found.title if (found := article(item["source"])) else item["source"]}
        for item in why["candidates"][:_PASSAGES]
    ]
    times = ", ".join(f"{step} {ms:.0f} ms" for step, ms in answer.timings_ms.items())
    return page_part(
        "why",
        words,
        answer=answer,
        why={**why, "dropped": why["dropped"][:_SENTENCES]},
        evidence=why["evidence"][:_SENTENCES],
        passages=passages,
        reply=lines(why["reply"]),
        share=round(100 * answer.confidence),
        sure=sure_word(answer),
        times=times,
        notice=reader_text(answer.notice),
        again=again,
        seq=seq,
    )
