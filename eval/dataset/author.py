"""Write a question on the terminal: each field is prompted for until it is valid."""

from collections.abc import Iterator, Mapping, Sequence

import typer
from rapidfuzz import fuzz, process

from eval.dataset.samples import Sample
from eval.dataset.validate import KINDS, faults, is_unanswerable, sample_faults
from rag.parts import split_sentences


def write_sample(
    samples: Sequence[Sample],
    texts: Mapping[str, str],
    question: str = "",
    history: Sequence[Mapping[str, str]] = (),
) -> Sample:
    """Return a new sample that is valid next to `samples`, typed by a person; `texts` are articles by
    source.
    """
    while True:
        kind = _kind()
        asked = typer.prompt("question", default=question or None).strip()
        turns = tuple(dict(turn) for turn in history) or tuple(_history(kind))
        wants_answer = not is_unanswerable(kind) or kind.startswith("false_premise")
        evidence = tuple(_evidence(texts)) if wants_answer else ()
        sample = Sample(
            id=_new_id(kind, samples),
            kind=kind,
            question=asked,
            answerable=not is_unanswerable(kind),
            history=turns,
            answers=tuple(_answers()) if evidence else (),
            sources=_sources(evidence, texts),
            evidence=evidence,
        )
        found = [*sample_faults(sample, texts), *_new_faults(samples, sample, texts)]
        if not found:
            return sample
        for fault in found:
            typer.echo(f"  ! {fault}")
        typer.echo("Once more:")


def _kind() -> str:
    for kind, meaning in KINDS.items():
        typer.echo(f"  {kind:18} {meaning}")
    while True:
        kind = str(typer.prompt("kind"))
        if kind in KINDS:
            return kind
        typer.echo(f"  ! {kind!r} is not one of these")


def _history(kind: str) -> Iterator[dict[str, str]]:
    if kind == "follow_up":
        yield {"role": "user", "content": typer.prompt("the question before it")}
        yield {"role": "assistant", "content": typer.prompt("the answer to that")}


def _evidence(texts: Mapping[str, str]) -> Iterator[str]:
    typer.echo("evidence, word for word as in the article; an empty line ends the list")
    while text := str(typer.prompt("evidence", default="", show_default=False)).strip():
        if _sources([text], texts):
            yield text
        else:
            typer.echo(f"  ! no article says that word for word; the nearest is: {_nearest(text, texts)}")


def _answers() -> Iterator[tuple[str, ...]]:
    typer.echo("what the answer must contain: one fact per line, alternative wordings separated by |")
    while text := str(typer.prompt("answer", default="", show_default=False)).strip():
        yield tuple(part.strip() for part in text.split("|") if part.strip())


def _sources(evidence: Sequence[str], texts: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(source for source, text in texts.items() if any(one in text for one in evidence))


def _nearest(text: str, texts: Mapping[str, str]) -> str:
    sentences = [article[start:end] for article in texts.values() for start, end in split_sentences(article)]
    found = process.extractOne(text, sentences, scorer=fuzz.token_set_ratio)
    return str(found[0]) if found else "(there are no articles)"


def _new_id(kind: str, samples: Sequence[Sample]) -> str:
    taken = {sample.id for sample in samples}
    return next(name for n in range(1, len(samples) + 2) if (name := f"{kind}-{n:02}") not in taken)


def _new_faults(samples: Sequence[Sample], sample: Sample, texts: Mapping[str, str]) -> list[str]:
    """Return the faults that adding the sample would introduce."""
    return [
        fault.removeprefix(f"{sample.id}: ")
        for fault in faults([*samples, sample], texts)
        if fault.startswith(f"{sample.id}: asks")
    ]
