"""Other processes over one index, and an article whose one number tells which version of it was read."""

import os
import subprocess
import sys
from pathlib import Path

from rag import Settings

ROOT = Path(__file__).parents[2]
QUESTION = "How many pandas has the zoo?"
STEADY = "What did the repairs to the bridge over the Aln cost?"


def quiet(*_: object) -> None:
    """Progress that nobody watches."""


def child(script: str, *arguments: object) -> subprocess.Popen[str]:
    """A process that runs `script` with the repository's packages."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str], timeout: float = 600) -> str:
    """What it printed; fails if it failed."""
    told, said = process.communicate(timeout=timeout)
    assert process.returncode == 0, (process.returncode, said[-2000:])
    return told


def put_pandas(settings: Settings, count: int) -> None:
    """Change an article in one step, so that no reader sees half of it."""
    new = settings.articles / ".zoo.new"
    new.write_text(f"The zoo\n\nThe zoo has {count} pandas. Its {count} keepers feed them.")
    new.replace(settings.articles / "zoo.txt")


def pandas_in(text: str) -> set[int]:
    """The numbers that an answer gives for them."""
    return {int(word) for word in text.replace(".", " ").split() if word.isdigit() and int(word) >= 1000}


def litter(settings: Settings) -> list[str]:
    known = {"CURRENT", "lock"}
    return sorted(path.name for path in settings.index_folder.iterdir() if path.name not in known)


SYNC = """
import sys
from pathlib import Path
from rag import Chatbot
from tests.conftest import make_settings
Chatbot(make_settings(Path(sys.argv[1]))).sync(progress=lambda *_: None)
"""
ASK = """
import sys
from pathlib import Path
from rag import Chatbot
from tests.conftest import make_settings
bot = Chatbot(make_settings(Path(sys.argv[1])))
for question in sys.argv[2:]:
    print(bot.ask(question).text)
"""
