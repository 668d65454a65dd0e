"""How many false claims pass the check, and how many true ones are dropped."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from eval.alterations.claims import Claim, Judged, Shown, judge, shown
from eval.alterations.draw import draw
from eval.alterations.given import gold_claims
from eval.alterations.material import material
from eval.dataset.samples import Sample
from eval.stats.figures import Metric, share
from rag import Article

SEED = 2026
# Per kind in an evaluation run: about a thousand claims over seeds/.
EACH = 60
# The rarer kinds can be made from one sentence in fifty.
_SENTENCES_A_CLAIM = 25
_VERBATIM = "verbatim"


def measure(
    articles: Sequence[Article],
    samples: Sequence[Sample] = (),
    *,
    each: int = EACH,
    seed: int = SEED,
    shown: Shown = shown,
) -> list[Judged]:
    """Check at most `each` claims of every kind; gold answers are kinds, too."""
    found = material(articles, seed, _SENTENCES_A_CLAIM * each)
    claims = [*draw(found, each, seed), *_first(each, gold_claims(found, samples, seed))]
    return judged(claims, shown=shown)


def judged(claims: Iterable[Claim], *, shown: Shown = shown) -> list[Judged]:
    """Return every claim with the check's result."""
    return [judge(claim, shown) for claim in claims]


def totals(found: Sequence[Judged]) -> dict[str, Metric]:
    """Return the two figures that the gate compares; every kind is weighted by the claims drawn of it.

    Verbatim sentences are not rewordings and are counted separately.
    """
    groups = {
        "check_false_passed": [one for one in found if not one.claim.true],
        "check_true_dropped": [one for one in found if one.claim.true and one.claim.kind != _VERBATIM],
    }
    return {name: figure for name, group in groups.items() if (figure := _wrong(group))}


def by_kind(found: Sequence[Judged]) -> dict[str, Metric]:
    """Return the error rate of every kind: “false passed: number”, “true dropped: passive”."""
    kinds = dict.fromkeys((one.claim.true, one.claim.kind) for one in found)
    groups = {
        f"{'true dropped' if true else 'false passed'}: {kind}": [
            one for one in found if (one.claim.true, one.claim.kind) == (true, kind)
        ]
        for true, kind in sorted(kinds, key=lambda kind: kind[0])
    }
    return {name: figure for name, group in groups.items() if (figure := _wrong(group))}


def _first(n: int, claims: Iterable[Claim]) -> Iterator[Claim]:
    """Yield the first `n` of every kind."""
    counts: Counter[str] = Counter()
    for claim in claims:
        counts[claim.kind] += 1
        if counts[claim.kind] <= n:
            yield claim


def _wrong(group: Sequence[Judged]) -> Metric | None:
    return share([(one.claim.article, one.wrong) for one in group])
