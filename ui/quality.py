"""The latest evaluation, as its own page inside this one; nothing if there is none."""

import html
from pathlib import Path

REPORT = Path("reports/eval.html")
_MAX_BYTES = 30_000_000


def quality_html(report: Path = REPORT) -> str:
    """Return the report in a frame that can run its filters but access nothing: no page, no storage, no
    network.
    """
    try:
        if report.stat().st_size > _MAX_BYTES:
            return ""
        page = report.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    return f'<iframe title="Newest evaluation" sandbox="allow-scripts" srcdoc="{html.escape(page)}"></iframe>'
