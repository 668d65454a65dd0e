"""`python -m eval alter`: does the check catch one changed fact, and does it let true wording pass?

Sentences of the articles are altered by one fact each: a number, a date, a name, a place, a
negation or a direction. An altered sentence that the check calls supported by the original was not
caught. Beside them stand the originals word for word, and rewordings that keep the meaning: any
of these that is not supported is a false alarm. Where a question set has free gold answers
(`reference`), their sentences, which people wrote, are rewordings too, and are altered as well.
Everything is drawn with one fixed seed.
"""

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, islice

from eval.dataset.samples import Sample
from eval.stats.figures import Metric, share
from rag import Article, readable
from rag.articles.sentences import split_sentences
from rag.language.verify import check
from rag.types import Sentence

_MIN_WORDS, _MAX_WORDS = 6, 60
_MAX_EVIDENCE = 8  # sentences: all sets of three of more would take long
_SEED = 2026
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_DIRECTIONS = [
    pair.split("/")
    for pair in (
        "rose/fell rises/falls increased/decreased increase/decrease grew/shrank gained/lost higher/lower"
        " more/less above/below before/after first/last largest/smallest highest/lowest best/worst"
        " north/south northern/southern east/west eastern/western import/export imports/exports"
        " bought/sold won/lost victory/defeat accepted/rejected supported/opposed approved/refused"
        " opened/closed began/ended maximum/minimum major/minor longer/shorter early/late"
        " positive/negative success/failure allowed/banned strong/weak older/younger"
    ).split()
]
_OPPOSITE = {a: b for left, right in _DIRECTIONS for a, b in ((left, right), (right, left))}
_DIRECTION = re.compile(rf"\b({'|'.join(_OPPOSITE)})\b")
_AUXILIARY = re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could|should|did|does)\b(?! not)")
_NOT = re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could|should|did|does) not\b")
_NUMBER = re.compile(r"(?<![\w.,-])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?![\w]|[.,]\d)")
_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")
_DATE_WORD = re.compile(rf"\b({'|'.join(_MONTHS + _DAYS)})\b")
_RELATIVE = re.compile(r"([^,;:“”\"]{40,}), (?:which|who|where|including|such as) [^;:]+\.")
_OPENING = re.compile(r"((?:In|On|During|After|Since) [^,]{3,40}), ([^,;:]+)\.")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")
_PLACE = re.compile(r"(?<=\b(?:in|at) )[A-Z][a-z]{3,}\b|(?<=\bfrom )[A-Z][a-z]{3,}\b")

Change = Callable[[str, random.Random, Sequence[str]], str | None]


@dataclass(frozen=True, slots=True)
class Case:
    """A claim made in the way `kind`, and sets of source sentences of which one should prove it."""

    kind: str
    true: bool
    claim: str
    proofs: tuple[tuple[Sentence, ...], ...]

    @property
    def article(self) -> str:
        """The article of its first proof, which intervals are clustered by."""
        return self.proofs[0][0].article.source

    @property
    def supported(self) -> bool:
        """Whether the check finds that one set of source sentences supports the claim."""
        return any(check(self.claim, proof).verdict == "supported" for proof in self.proofs)


def cases(articles: Sequence[Article], each: int) -> Iterator[Case]:
    """At most `each` cases of every kind, made from sentences of the articles."""
    rng = random.Random(_SEED)  # noqa: S311  a draw that can be repeated, nothing secret
    sentences = [
        sentence
        for article in articles
        for sentence in _sentences(article)
        if _MIN_WORDS <= len(sentence.text.split()) <= _MAX_WORDS
    ]
    rng.shuffle(sentences)
    names = _names(readable(sentence.text) for sentence in sentences)
    for sentence in sentences[:each]:
        yield Case("verbatim", True, readable(sentence.text), ((sentence,),))
    makers: dict[str, Callable[[str], str | None]] = {
        kind: partial(_altered, change, rng, names) for kind, change in _ALTERATIONS.items()
    }
    for kind, change in (makers | _REWORDINGS).items():
        changed = ((change(readable(sentence.text)), sentence) for sentence in sentences)
        made = (Case(kind, kind in _REWORDINGS, text, ((sentence,),)) for text, sentence in changed if text)
        yield from islice(made, each)


def reference_cases(articles: Sequence[Article], samples: Sequence[Sample]) -> Iterator[Case]:
    """The sentences of free gold answers, true and altered; their evidence in all sets of up to three."""
    rng = random.Random(_SEED)  # noqa: S311
    by_source = {article.source: article for article in articles}
    names = _names(sample.reference for sample in samples)
    for sample in samples:
        found = [
            Sentence(article, at, at + len(evidence))
            for article in (by_source[source] for source in sample.sources if source in by_source)
            for evidence in sample.evidence
            if (at := article.text.find(evidence)) >= 0
        ]
        proofs = tuple(proof for n in (1, 2, 3) for proof in combinations(found[:_MAX_EVIDENCE], n))
        reference = readable(sample.reference)
        for start, end in split_sentences(reference) if found else ():
            claim = reference[start:end]
            if len(claim.split()) < _MIN_WORDS:
                continue
            yield Case("reference", True, claim, proofs)
            for kind, change in _ALTERATIONS.items():
                if text := change(claim, rng, names):
                    yield Case(f"reference, {kind}", False, text, proofs)


def figures(found: Sequence[Case]) -> dict[str, Metric]:
    """Altered facts caught and false alarms, together and by kind."""
    judged = [(case, case.supported) for case in found]
    made = [(case, ok) for case, ok in judged if "reference" not in case.kind]
    references = [(case, ok) for case, ok in judged if "reference" in case.kind]
    groups = {
        "caught": [(case.article, not ok) for case, ok in made if not case.true],
        "false_alarms_verbatim": [(case.article, not ok) for case, ok in made if case.kind == "verbatim"],
        "false_alarms_reworded": [
            (case.article, not ok) for case, ok in made if case.true and case.kind in _REWORDINGS
        ],
        "caught_reference": [(case.article, not ok) for case, ok in references if not case.true],
        "false_alarms_reference": [(case.article, not ok) for case, ok in references if case.true],
    }
    for case, ok in judged:
        groups.setdefault(f"right: {case.kind}", []).append((case.article, ok == case.true))
    return {name: figure for name, values in groups.items() if (figure := share(values))}


def _sentences(article: Article) -> Iterator[Sentence]:
    for start, end in split_sentences(article.text, article.body_start):
        yield Sentence(article, start, end)


def _names(texts: Iterable[str]) -> list[str]:
    calendar = {*_MONTHS, *_DAYS}
    return sorted({name for text in texts for name in _NAME.findall(text)} - calendar)


def _altered(change: Change, rng: random.Random, names: Sequence[str], text: str) -> str | None:
    return change(text, rng, names)


def _swap(text: str, match: re.Match[str] | None, new: str) -> str | None:
    return f"{text[: match.start()]}{new}{text[match.end() :]}" if match and new else None


def _pick(pattern: re.Pattern[str], text: str, rng: random.Random) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return rng.choice(found) if found else None


def _other(words: Sequence[str], not_in: str, rng: random.Random) -> str:
    others = [word for word in words if word not in not_in]
    return rng.choice(others) if others else ""


def _number(text: str, rng: random.Random, _: Sequence[str]) -> str | None:
    match = _pick(_NUMBER, text, rng)
    if match is None or _YEAR.fullmatch(match[0]):
        return None
    value = int(match[1].replace(",", ""))
    other = value + rng.choice([1, 2, 3, max(value // 3, 4)])
    return _swap(text, match, (f"{other:,}" if "," in match[1] else str(other)) + (match[2] or ""))


def _date(text: str, rng: random.Random, _: Sequence[str]) -> str | None:
    if match := _pick(_DATE_WORD, text, rng):
        return _swap(text, match, _other(_MONTHS if match[0] in _MONTHS else _DAYS, text, rng))
    match = _pick(_YEAR, text, rng)
    return _swap(text, match, str(int(match[0]) + rng.choice([-2, -1, 1, 10]))) if match else None


def _name(text: str, rng: random.Random, names: Sequence[str]) -> str | None:
    match = _pick(_NAME, text, rng)
    if match is None or match[0] in _MONTHS + _DAYS:
        return None
    return _swap(text, match, _other(names, text, rng))


def _place(text: str, rng: random.Random, names: Sequence[str]) -> str | None:
    match = _pick(_PLACE, text, rng)
    if match is None or match[0] in _MONTHS + _DAYS:
        return None
    return _swap(text, match, _other(names, text, rng))


def _negation(text: str, rng: random.Random, _: Sequence[str]) -> str | None:
    if match := _pick(_NOT, text, rng):
        return _swap(text, match, match[1])
    match = _pick(_AUXILIARY, text, rng)
    return _swap(text, match, f"{match[1]} not") if match else None


def _direction(text: str, rng: random.Random, _: Sequence[str]) -> str | None:
    match = _pick(_DIRECTION, text, rng)
    return _swap(text, match, _OPPOSITE[match[0]]) if match else None


def _written_out(text: str) -> str | None:
    """12.7% → 12.7 percent, $28.8 billion → $28,800 million, 1,234 → 1234."""
    if match := re.search(r"(\d) ?%", text):
        return _swap(text, match, f"{match[1]} percent")
    if match := re.search(r"(\d{1,12}(?:\.\d{1,12})?) billion\b", text):
        return _swap(text, match, f"{float(match[1]) * 1000:,.10g} million")
    match = re.search(r"\b\d{1,3}(?:,\d{3})+\b", text)
    return _swap(text, match, match[0].replace(",", "")) if match else None


_SYNONYMS = {
    "fell": "dropped", "rose": "increased", "increased": "rose", "declined": "fell", "said": "stated",
    "began": "started", "bought": "purchased", "also": "too", "about": "around", "many": "numerous",
    "however": "but", "large": "big", "used": "employed", "built": "constructed", "helped": "aided",
    "shows": "indicates", "because": "since", "near": "close to", "died": "passed away",
}  # fmt: skip
_SYNONYM = re.compile(rf"\b({'|'.join(_SYNONYMS)})\b")


def _synonym(text: str) -> str | None:
    match = _SYNONYM.search(text)
    return _swap(text, match, _SYNONYMS[match[0]]) if match else None


def _moved(text: str) -> str | None:
    """“In May 1999, the bridge was opened.” → “The bridge was opened in May 1999.”"""
    match = _OPENING.fullmatch(text)
    if match is None:
        return None
    return f"{match[2][0].upper()}{match[2][1:]} {match[1][0].lower()}{match[1][1:]}."


def _shortened(text: str) -> str | None:
    """Without a remark in brackets or between commas at the end."""
    if match := re.search(r" \([^()]{3,60}\)", text):
        return _swap(text, match, "")
    match = _RELATIVE.fullmatch(text)
    return f"{match[1]}." if match else None


def _contracted(text: str) -> str | None:
    match = re.search(r"\b(is|are|was|were|has|have|had|would|could|should|did|does) not\b", text)
    return _swap(text, match, f"{match[1]}n't") if match else None


_ALTERATIONS: dict[str, Change] = {
    "number": _number,
    "date": _date,
    "name": _name,
    "place": _place,
    "negation": _negation,
    "direction": _direction,
}
_REWORDINGS: dict[str, Callable[[str], str | None]] = {
    "written out": _written_out,
    "synonym": _synonym,
    "moved": _moved,
    "shortened": _shortened,
    "contracted": _contracted,
}
