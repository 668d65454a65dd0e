"""Progress of long steps on a terminal: a bar with rate and remaining time on stderr, removed afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeRemainingColumn
from rich.progress import ProgressColumn as RichColumn
from rich.text import Text

from rag.index.build import Progress as Report


class _RateColumn(RichColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f}/s" if task.speed else "")


@contextmanager
def progress_on_stderr() -> Iterator[Report]:
    """Yield a function to report steps to: their name, how much is done, and the total."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _RateColumn())
    console = Console(stderr=True)
    # Elsewhere than on a terminal it would leave an empty line.
    hidden = not console.is_terminal
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True, disable=hidden) as bar:
        tasks: dict[str, int] = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total or None)
            bar.update(tasks[step], completed=done, total=total or None)  # type: ignore[arg-type]

        yield report
