"""BEIR folders (Thakur et al., 2021): `corpus.jsonl`, `queries.jsonl`, `qrels/<split>.tsv`.

    {"_id": "doc1", "title": "…", "text": "…"}
    {"_id": "q1", "text": "…", "metadata": {}}
    query-id	corpus-id	score

They record which documents are relevant, not what the answer is: such a set measures retrieval and
citations, and its answers are unscored unless a language model judges them.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from eval.dataset.articles import write_article
from eval.dataset.samples import QuestionSetError, Sample, write_samples
from rag import Article


def import_beir(folder: Path, out: Path, split: str = "test") -> tuple[int, int]:
    """Write articles/ and questions.jsonl into `out`; return how many of each.

    Queries without a relevant document in the split are left out.

    Raises:
        QuestionSetError: if a file is missing or malformed.
    """
    try:
        names = {
            str(row["_id"]): write_article(
                out / "articles", str(row["_id"]), row.get("title") or "", row["text"]
            )
            for row in _rows(folder / "corpus.jsonl")
        }
        relevant: dict[str, list[str]] = defaultdict(list)
        with (folder / "qrels" / f"{split}.tsv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                if int(row["score"]) > 0 and row["corpus-id"] in names:
                    relevant[row["query-id"]].append(names[row["corpus-id"]])
        samples = [
            Sample(
                id=str(row["_id"]),
                kind="query",
                question=row["text"],
                answerable=True,
                sources=tuple(relevant[str(row["_id"])]),
            )
            for row in _rows(folder / "queries.jsonl")
            if str(row["_id"]) in relevant
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise QuestionSetError(f"{folder} is no BEIR folder with the split {split!r}: {error!r}") from error
    write_samples(out / "questions.jsonl", samples)
    return len(names), len(samples)


def export_beir(
    articles: Sequence[Article], samples: Sequence[Sample], out: Path, split: str = "test"
) -> int:
    """Write a BEIR folder; return how many questions it has.

    Questions without sources are left out, as are follow-ups, which BEIR cannot represent.
    """
    kept = [sample for sample in samples if sample.sources and not sample.history]
    (out / "qrels").mkdir(parents=True, exist_ok=True)
    _write(
        out / "corpus.jsonl",
        ({"_id": a.source, "title": a.title, "text": a.text[a.body_start :].strip()} for a in articles),
    )
    _write(
        out / "queries.jsonl",
        ({"_id": s.id, "text": s.question, "metadata": {"kind": s.kind}} for s in kept),
    )
    with (out / "qrels" / f"{split}.tsv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(["query-id", "corpus-id", "score"])
        table.writerows([s.id, source, 1] for s in kept for source in s.sources)
    return len(kept)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def _write(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
