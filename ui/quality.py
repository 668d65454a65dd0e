"""The quality tab: the newest evaluation, as its own page inside this one."""

import html
from pathlib import Path

REPORT = Path("reports/eval.html")
_MAX_BYTES = 30_000_000
_NONE = (
    '<p class="empty">No evaluation has been run here yet: <code>make eval</code>, or'
    " <code>python -m eval --articles DIR --questions FILE</code>, writes one.</p>"
)


def quality_html(report: Path = REPORT) -> str:
    """The report in a frame that can run its filters and reach nothing: no page, no store, no network."""
    try:
        if report.stat().st_size > _MAX_BYTES:
            return (
                f'<p class="empty">{html.escape(str(report))} is too large to show: open it on its own.</p>'
            )
        page = report.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return _NONE
    return f'<iframe title="Newest evaluation" sandbox="allow-scripts" srcdoc="{html.escape(page)}"></iframe>'
