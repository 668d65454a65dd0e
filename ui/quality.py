"""The newest evaluation, as its own page inside this one; nothing if there is none."""

import html
from pathlib import Path

REPORT = Path("reports/eval.html")
_MAX_BYTES = 30_000_000


def quality_html(report: Path = REPORT) -> str:
    """The report in a frame that can run its filters and reach nothing: no page, no store, no network."""
    try:
        if report.stat().st_size > _MAX_BYTES:
            return ""
        page = report.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    return f'<iframe title="Newest evaluation" sandbox="allow-scripts" srcdoc="{html.escape(page)}"></iframe>'
