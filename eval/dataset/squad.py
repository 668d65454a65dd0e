"""SQuAD files (Rajpurkar et al., 2016 and 2018), version 1.1 and 2.0.

{"version": "v2.0", "data": [{"title": "…", "paragraphs": [{"context": "…", "qas": [
    {"id": "…", "question": "…", "is_impossible": false, "answers": [{"text": "…", "answer_start": 7}]}]}]}]}
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.dataset.articles import write_article
from eval.dataset.samples import QuestionSetError, Sample, write_samples
from rag import Article
from rag.parts import split_sentences


def import_squad(path: Path, out: Path) -> tuple[int, int]:
    """Write articles/ (one per title) and questions.jsonl into `out`; return how many of each.

    Evidence is the sentence that an answer starts in.

    Raises:
        QuestionSetError: if the file cannot be read or is malformed.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))["data"]
        samples = []
        for entry in data:
            paragraphs, title = entry["paragraphs"], entry["title"].replace("_", " ")
            body = "\n\n".join(paragraph["context"] for paragraph in paragraphs)
            source = write_article(out / "articles", entry["title"], title, body)
            for paragraph in paragraphs:
                samples += [_sample(row, paragraph["context"], source) for row in paragraph["qas"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise QuestionSetError(f"{path} is no SQuAD file: {error!r}") from error
    write_samples(out / "questions.jsonl", samples)
    return len(data), len(samples)


def export_squad(articles: Sequence[Article], samples: Sequence[Sample], out: Path) -> int:
    """Write a SQuAD 2.0 file, one paragraph per article; return how many questions it has.

    An answer is a span of the article, so follow-ups are left out, and questions whose answer has several
    parts or does not occur in its evidence. A question without an answer belongs to no article; it is
    listed with the first.
    """
    qas: dict[str, list[dict[str, Any]]] = {article.source: [] for article in articles}
    texts = {article.source: article.text for article in articles}
    for sample in samples:
        if sample.history:
            continue
        row = {"id": sample.id, "question": sample.question, "is_impossible": not sample.answerable}
        if not sample.answerable:
            qas[articles[0].source].append({**row, "answers": []})
        elif (found := _spans(sample, texts)) is not None:
            source, spans = found
            qas[source].append({**row, "answers": spans})
    data = [
        {"title": article.title, "paragraphs": [{"context": article.text, "qas": qas[article.source]}]}
        for article in articles
    ]
    text = json.dumps({"version": "v2.0", "data": data}, ensure_ascii=False)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    return sum(map(len, qas.values()))


def _sample(row: Mapping[str, Any], context: str, source: str) -> Sample:
    answers = [] if row.get("is_impossible") else row["answers"]
    evidence = {_sentence_at(context, answer["answer_start"]): None for answer in answers}
    return Sample(
        id=str(row["id"]),
        kind="fact" if answers else "unanswerable_near",
        question=row["question"].strip(),
        answerable=bool(answers),
        answers=(tuple(dict.fromkeys(answer["text"] for answer in answers)),) if answers else (),
        sources=(source,) if answers else (),
        evidence=tuple(evidence),
    )


def _sentence_at(context: str, at: int) -> str:
    return next((context[start:end] for start, end in split_sentences(context) if at < end), context)


def _spans(sample: Sample, texts: Mapping[str, str]) -> tuple[str, list[dict[str, Any]]] | None:
    """Return the source and spans of a sample's answer inside its evidence; None if it does not occur
    there.
    """
    if len(sample.answers) != 1:
        return None
    for source in sample.sources:
        text = texts.get(source, "")
        spans = list(_found(text, sample))
        if spans:
            return source, [{"text": text[start:end], "answer_start": start} for start, end in spans]
    return None


def _found(text: str, sample: Sample) -> Iterator[tuple[int, int]]:
    for evidence in sample.evidence:
        begin = text.find(evidence)
        if begin < 0:
            continue
        lowered = evidence.lower()  # of the same length, unlike its case-folded form
        for answer in sample.answers[0]:
            at = lowered.find(answer.lower())
            if at >= 0 and len(lowered) == len(evidence):
                yield begin + at, begin + at + len(answer)
