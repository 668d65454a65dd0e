"""What must not leave the machine, be shown, or be left behind; and what the packages contain."""

import gc
import json
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.version import Version

from rag import Chatbot
from tests.conftest import ARTICLES, make_settings, write_articles
from tests.fakes import openai_server as fake
from tests.fakes.generations import live
from tests.fakes.serving import fetch, page_process
from tests.torture.effort import Effort

ROOT = Path(__file__).parents[2]
KEY = "sk-canary-7391-do-not-tell"
PLACE = "canary-place-7391"
# Put into every Python process below: it writes down each address that is asked for.
SPY = """
import sys
def _spy(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        with open({told!r}, "a") as file:
            file.write(f"{{event}} {{arguments[1] if event == 'socket.connect' else arguments[0]!r}}\\n")
sys.addaudithook(_spy)
"""
_LOOPBACK = re.compile(r"127\.0\.0\.1|localhost|::1|/|None|0\.0\.0\.0|b''|''")


def run(folder: Path, *command: str, **variables: str) -> str:
    """What a command printed and recorded, however it ended."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=environment(folder, **variables), text=True,
        capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def environment(folder: Path, **variables: str) -> dict[str, str]:
    import os

    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "OPENAI_"))}
    return {**kept, "PYTHONPATH": f"{folder / 'spy'}:{ROOT}", **variables}


def test_s4_s5_nothing_reaches_out_and_no_key_or_folder_is_told(tmp_path: Path, effort: Effort) -> None:
    folder = tmp_path / PLACE / "team"
    write_articles(folder / "articles", ARTICLES)
    told = tmp_path / "addresses"
    told.touch()
    (folder / "spy").mkdir()
    (folder / "spy" / "sitecustomize.py").write_text(SPY.format(told=str(told)))
    sample = {"id": "a", "question": "What did the repairs cost?", "answerable": True, "answers": [["4.2"]]}
    (folder / "questions.jsonl").write_text(json.dumps(sample) + "\n")
    said: dict[str, str] = {}
    with fake.serving(fake.says("Yes. Repairs cost $4.2 million [1].")) as server:
        where = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.base_url, "RAG_ARTICLES": "articles"}
        said["index"] = run(folder, "rag", "index", **where)
        said["ask"] = run(folder, "rag", "ask", "What did the repairs cost?", **where)
        said["explain"] = run(folder, "rag", "explain", "What did the repairs cost?", "--json", **where)
        said["doctor"] = run(folder, "rag", "doctor", **where)
        said["models"] = run(folder, "rag", "models", **where)
        questions = ("--articles", "articles", "--questions", "questions.jsonl", "--no-gate")
        said["eval"] = run(folder, "eval", *questions, "--llm", "openai", **where)
        assert server.requests
        log = tmp_path / "page.log"
        spied = environment(folder)["PYTHONPATH"]
        with page_process(folder, log, **{**where, "PYTHONPATH": spied}) as (url, _):
            for path in ("/", "/config", "/gradio_api/info", "/metrics", "/healthz"):
                said[path] = fetch(url + path)
            said["answer"] = call(url, "ask", ["What did the repairs cost?", []])
            said["search"] = call(url, "search", ["What did the repairs cost?", 5])
            said["read"] = call(url, "read_article", ["nowhere.txt"])
            [index] = (folder / ".index").iterdir()
            (index / "CURRENT").write_text("damaged")
            said["damaged"] = call(url, "ask", ["What did the repairs cost?", []])
            said["sync"] = call(url, "sync", [])
        said["log"] = log.read_text()
        said["refused key"] = refused(folder, where)
    assert "event: error" in said["damaged"]
    assert "4.2 million" in said["answer"]
    files = [path for part in (".index", "reports") for path in (folder / part).rglob("*") if path.is_file()]
    with_key = [name for name, text in said.items() if KEY in text]
    with_key += [str(path) for path in files if KEY.encode() in path.read_bytes()]
    assert with_key == []
    readers = (
        "answer",
        "search",
        "read",
        "damaged",
        "sync",
        "/",
        "/config",
        "/gradio_api/info",
        "/metrics",
        "/healthz",
    )
    with_place = [name for name in readers if PLACE in said[name]]
    with_place += [str(path) for path in files if PLACE.encode() in path.read_bytes()]
    assert with_place == []
    addresses = told.read_text().splitlines()
    assert addresses
    foreign = [line for line in addresses if not _LOOPBACK.search(line.split(" ", 1)[1])]
    assert foreign == []
    effort.found(
        "S4", "commands, page and evaluation, every address asked for", addresses=len(addresses), foreign=0
    )
    effort.found(
        "S5", "canary key in output, log, page, reports, index", looked_at=len(said) + len(files), found=0
    )
    effort.found(
        "S5",
        "canary folder in what readers see, reports, index",
        looked_at=len(readers) + len(files),
        found=0,
    )


def refused(folder: Path, where: dict[str, str]) -> str:
    """What is said when the endpoint refuses the key, and repeats it."""
    body = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}})
    with fake.serving(fake.status(401, body)) as server:
        return run(
            folder,
            "rag",
            "ask",
            "What did the repairs cost?",
            **{**where, "OPENAI_BASE_URL": server.base_url},
        )


def call(url: str, name: str, data: list[object]) -> str:
    event = json.loads(fetch(f"{url}/gradio_api/call/{name}", {"data": data}))["event_id"]
    return fetch(f"{url}/gradio_api/call/{name}/{event}")


def test_s6_a_deleted_article_is_in_no_file_of_index_or_cache(tmp_path: Path, effort: Effort) -> None:
    count = effort(short=12, long=300)
    secret = [f"Zyx{n}qua" for n in range(count)]
    text = "Vorpal report\n\n" + " ".join(
        f"The agent {name} met the envoy {name}th at dawn." for name in secret
    )
    cache = tmp_path / "cache"
    write_articles(tmp_path / "articles", {**ARTICLES, "secret.txt": text})
    settings = make_settings(tmp_path)
    bot = Chatbot(settings)
    bot.sync(progress=lambda *_: None)
    generation = live(bot.settings)
    [row] = [one for one in generation.catalog.articles if one.source == "secret.txt"]
    rows = generation.catalog.chunks_of(row)
    vectors = [generation.chunk_vectors[n].tobytes() for n in rows]
    vectors += [generation.chunk_vectors[n].astype("float32").tobytes() for n in rows]
    before = everything(settings.index_folder, cache)
    assert all(word.casefold().encode() in before for word in secret)
    assert all(vector in before for vector in vectors[: len(rows)])
    del generation
    (settings.articles / "secret.txt").unlink()
    bot.sync(progress=lambda *_: None)
    bot.ask("Who met the envoy?")
    gc.collect()
    after = everything(settings.index_folder, cache)
    words = [*secret, "Vorpal", "vorpal", "envoy", "secret.txt"]
    left = [
        word
        for word in words
        if any(word.casefold().encode(code) in after for code in ("utf-8", "utf-16-le"))
    ]
    assert left == []
    assert [vector for vector in vectors if vector in after] == []
    effort.found("S6", "a deleted article, byte by byte", words=len(words), vectors=len(vectors), found=0)


def everything(*folders: Path) -> bytes:
    """All bytes below some folders, in lower case."""
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    return b"\0".join(data + b"\0" + data.lower() for data in (path.read_bytes() for path in files))


_FREE = re.compile(
    r"\b(mit|bsd|apache|isc|psf|python|mpl|unlicense|hpnd|zlib|cc0|0bsd|public domain)\b", re.IGNORECASE
)


def test_s7_every_package_has_a_floor_a_pin_and_a_licence_that_is_known(effort: Effort) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [one for some in project["optional-dependencies"].values() for one in some]
    ours = f"{project['name']}["  # an extra that takes in another
    wanted = [one for one in (*project["dependencies"], *extras) if not one.startswith(ours)]
    assert [one for one in wanted if not re.search(r"[>=]=", one) and not one.startswith("types-")] == []
    pins = dict(re.findall(r"^([\w.-]+)==([\w.+-]+)", (ROOT / "constraints.txt").read_text(), re.MULTILINE))
    explained = (ROOT / "SECURITY.md").read_text()
    unknown, checked = [], 0
    for name in pins:
        try:
            found = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # another platform's, or another extra's
        checked += 1
        told = [found.get("License-Expression") or "", (found.get("License") or "")[:200]]
        told += [line for line in found.get_all("Classifier") or () if line.startswith("License")]
        if not any(map(_FREE.search, told)) and f"`{name}`" not in explained:
            unknown.append((name, told))
    assert unknown == []
    assert checked > 50
    lower = {name.lower(): version for name, version in pins.items()}
    advisories = re.findall(r"^\| `([\w-]+)` \| .+ \| [\d-]+ \| ([\d.]+) \|", explained, re.MULTILINE)
    behind = [(name, mended) for name, mended in advisories if Version(lower[name]) < Version(mended)]
    assert behind == []
    assert len(advisories) > 15
    for package, floor in (("gradio", "6.25"), ("chromadb", "1.5.9")):  # SECURITY.md says why
        assert any(one.startswith(f"{package}>={floor}") for one in wanted)
        assert f"`{package}`" in explained
    effort.found("S7", "licences and floors of the pinned packages", packages=checked, unexplained=0)
