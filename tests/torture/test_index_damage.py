"""Bits flipped in, ends cut off, and the whole of every file of an index removed."""

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Chatbot, Settings
from tests.conftest import make_settings, write_articles
from tests.torture.effort import Effort
from tests.torture.processes import STEADY, child, quiet

DAMAGED = """
import json, random, shutil, sys
from pathlib import Path
from rag import Chatbot
from rag.errors import RagError
from rag.models.export import DEFAULT_ENCODER, load_encoder
from tests.conftest import make_settings
from tests.torture.processes import STEADY
from tests.torture.test_index_damage import damage
root, whole, name, times = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
chance, expected = random.Random(name), sys.argv[5]
encoder = load_encoder(DEFAULT_ENCODER, "int8", make_settings(root).cache)
for how in ("flip", "cut", "remove"):
    for attempt in range(times if how != "remove" else 1):
        index = root / f"{how}-{attempt}"
        shutil.copytree(whole, index)
        damage(next(index.glob("gen-*")) / name if name != "CURRENT" else index / name, how, chance)
        bot = Chatbot(make_settings(root.parent, index=index), encoder=encoder)
        try:
            text = bot.ask(STEADY).text
            found = "rebuilt" if bot.sources() == ["bridge.txt"] else "same" if text == expected else text
        except RagError:
            found = "typed error"
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
        print(json.dumps([how, found]), flush=True)
        shutil.rmtree(index)
"""


def damage(path: Path, how: str, chance: random.Random) -> None:
    """Flip some bits of a file, cut it, or remove it."""
    if how == "remove":
        path.unlink()
        return
    data = bytearray(path.read_bytes())
    if how == "cut":
        data = data[: chance.randrange(len(data))] if data else data
    else:
        for _ in range(chance.choice((1, 1, 8, 64))):
            if data:
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(bytes(data))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Path]]:
    """An index large enough for Chroma to write its graph's own files."""
    folder = tmp_path_factory.mktemp("whole")
    articles = {f"{n}.txt": f"Town {n}\n\nThe town hall of place {n} has {n + 7} rooms." for n in range(1100)}
    steady = "Bridge\n\nThe repairs to the bridge over the Aln cost $4.2 million."
    write_articles(folder / "articles", {**articles, "bridge.txt": steady})
    settings = make_settings(folder)
    Chatbot(settings).sync(progress=quiet)
    yield settings, next(settings.index_folder.glob("gen-*"))
    shutil.rmtree(folder)


def test_r5_no_damage_of_any_file_ends_the_process_or_changes_an_answer(
    whole: tuple[Settings, Path], tmp_path: Path, effort: Effort
) -> None:
    settings, generation = whole
    files = sorted(
        path.relative_to(generation).as_posix() for path in generation.rglob("*") if path.is_file()
    )
    files = [name for name in files if name != "lease"]
    assert any(name.endswith("data_level0.bin") for name in files)
    chosen = effort(
        short=["manifest.json", "sentences.npy", *(n for n in files if "level0" in n)], long=files
    )
    expected = Chatbot(settings).ask(STEADY).text
    write_articles(tmp_path / "articles", {"bridge.txt": "Not read."})
    found: list[tuple[str, str, str]] = []
    for number, name in enumerate([*chosen, "CURRENT"]):
        times = effort(short=4, long=20)
        arguments = tmp_path / f"copies-{number}", settings.index_folder, name, times, expected
        process = child(DAMAGED, *arguments)
        told, said = process.communicate(timeout=600)
        trials = [(name, *json.loads(line)) for line in told.splitlines()]
        assert process.returncode == 0, (name, process.returncode, trials[-1:], said[-1000:])
        found += trials
    wrong = [trial for trial in found if trial[2] not in ("same", "typed error", "rebuilt")]
    assert wrong == [], str(wrong)[:3000]
    Chatbot(settings).sync(progress=quiet, rebuild=True)
    effort.found(
        "R5", "damage every index file", files=len(chosen) + 1, damaged=len(found),
        typed_error=sum(trial[2] == "typed error" for trial in found),
        rebuilt=sum(trial[2] == "rebuilt" for trial in found),
        no_effect=sum(trial[2] == "same" for trial in found), processes_ended=0,
    )  # fmt: skip
