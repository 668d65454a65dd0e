"""An index large enough to grow by deltas, built in seconds: short chunks, an encoder of word counts."""

import random
from pathlib import Path

from bench.change import WordEncoder
from rag import Chatbot, Settings
from tests.conftest import make_settings, write_articles

_TOWNS, _FACTS = 100, 44
_WORDS = "bakery mill harbour tower quarry orchard chapel viaduct brewery foundry cannery tannery".split()


def town(number: int, facts: int = _FACTS, seed: int = 0) -> str:
    """An article whose every sentence has a number of its own."""
    chance = random.Random(f"{number} {seed}")
    lines = [
        f"The {chance.choice(_WORDS)} number {n} of Town{number} employs {chance.randrange(10**5, 10**6)}"
        " people,"
        f" and its {chance.choice(_WORDS)} was built by Builder{chance.randrange(500)}."
        for n in range(facts)
    ]
    return f"Report on Town{number}\n\n" + "\n\n".join(lines)


def large_settings(folder: Path) -> Settings:
    return make_settings(folder, chunk_tokens=64, chunk_overlap=0)


def large_bot(folder: Path) -> Chatbot:
    return Chatbot(large_settings(folder), encoder=WordEncoder())


def write_towns(folder: Path) -> None:
    write_articles(folder / "articles", {f"town-{n:03}.txt": town(n) for n in range(_TOWNS)})
