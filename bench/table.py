"""The race as a table: what each contestant needed, and how far ours is from its goals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from bench.limit import Round
from bench.race import OURS, Figures

LABELS = {
    "index_s": "index from empty, s",
    "unchanged_s": "again, nothing changed, s",
    "added_s": "again, some added, s",
    "changed_s": "again, some changed, s",
    "fresh_s": "process start to end of first answer, s",
    "first_s": "first question of a loaded process, s",
    "warm_p50_s": "warm question, p50, s",
    "warm_p95_s": "warm question, p95, s",
    "index_peak_mb": "peak memory while indexing, MB",
    "ask_peak_mb": "peak memory while asking, MB",
    "disk_mb": "index on disk, MB",
}


def goals(found: Mapping[str, Figures], rounds: Sequence[Round]) -> Iterator[tuple[str, float, float, bool]]:
    """Yield our goals: name, ratio, bound, whether it is reached.

    The encoder's share is over all `rounds` together: single ones differ by a tenth. Ratios to other
    contestants are included only if there are any.
    """
    ours = found[OURS]
    share = sum(one.limit_s for one in rounds) / sum(one.index_s for one in rounds)
    yield _least("encoder alone / index from empty", share, 0.85)
    yield _most("1 % added / index from empty", ours.added_s / ours.index_s, 0.05)
    yield _most("1 % changed / index from empty", ours.changed_s / ours.index_s, 0.20)
    yield _most("nothing changed, s", ours.unchanged_s, 0.1)
    others = [figures for name, figures in found.items() if name != OURS]
    if not others:
        return
    fastest = min(other.index_s for other in others)
    yield _least("fastest other / ours, index from empty", fastest / ours.index_s, 2.5)
    for label, name, bound in (
        ("ours / fastest other, process start to answer", "fresh_s", 0.3),
        ("ours / fastest other, warm question, p50", "warm_p50_s", 1.0),
        ("ours / least other, peak memory while indexing", "index_peak_mb", 0.5),
        ("ours / least other, peak memory while asking", "ask_peak_mb", 0.5),
    ):
        yield _most(label, getattr(ours, name) / min(getattr(other, name) for other in others), bound)


def _least(label: str, value: float, bound: float) -> tuple[str, float, float, bool]:
    return f"{label} (at least)", value, bound, value >= bound


def _most(label: str, value: float, bound: float) -> tuple[str, float, float, bool]:
    return f"{label} (at most)", value, bound, value <= bound


def to_markdown(found: Mapping[str, Figures], rounds: Sequence[Round]) -> str:
    """Return both tables."""
    lines = [f"| | {' | '.join(found)} |", "|---" * (len(found) + 1) + "|"]
    columns = [asdict(figures) for figures in found.values()]
    for name, label in LABELS.items():
        lines.append(f"| {label} | {' | '.join(f'{column[name]:,.3g}' for column in columns)} |")
    limits = ", ".join(f"{one.limit_s:.1f} of {one.index_s:.1f} s" for one in rounds)
    lines += ["", f"The encoder alone over the same chunks, and an index from empty: {limits}.", ""]
    lines += ["| ratio | reached | bound | |", "|---|---|---|---|"]
    for label, value, bound, reached in goals(found, rounds):
        lines.append(f"| {label} | {value:.3f} | {bound:g} | {'yes' if reached else '**no**'} |")
    return "\n".join(lines) + "\n"
