"""The container's files, without a container engine: what they copy is installed into a clean folder, and
their commands run there as the container's user, on a read-only root.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import yaml

from rag import Settings
from tests.fakes.serving import free_port

ROOT = Path(__file__).parent.parent
SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
OURS = ("page", "api", "page-chroma")
INSIDE = "/mnt"  # where the container's root is put
CONTAINED = """
set -e
mount --make-rprivate /
mount --bind "$1" /mnt
mount --bind "$2" /mnt/python
mount --bind "$3" /mnt/models
mount --bind "$4" /mnt/packages
mount --bind /mnt/index /mnt/index
mount -t tmpfs tmpfs /tmp
for inside in /mnt /mnt/python /mnt/models /mnt/packages /; do mount -o remount,bind,ro "$inside"; done
cd /tmp
shift 4
exec setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs --bounding-set=-all "$@"
"""


def instructions(*names: str) -> list[tuple[str, str]]:
    """Those of the image that is run, by name, each on one line."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line.partition(" ") for line in text.splitlines() if line[:1].isupper()]
    last = max(number for number, (name, _, _) in enumerate(lines) if name == "FROM")
    return [(name, rest.strip()) for name, _, rest in lines[last:] if name in names]


def environment() -> dict[str, str]:
    given = dict(pair.partition("=")[::2] for _, rest in instructions("ENV") for pair in shlex.split(rest))
    return {name: re.sub(r"^/(?!tmp)", f"{INSIDE}/", value) for name, value in given.items()}


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image's files, with the packages that this installation has left out."""
    folder = tmp_path_factory.mktemp("container")
    folder.chmod(0o755)
    for name in ("build", "index", "models", "packages", "python"):
        (folder / name).mkdir()
    for _, rest in instructions("COPY"):
        *sources, to = rest.split()
        for source in [] if rest.startswith("--from") else sources:
            if to.startswith("/"):
                shutil.copytree(ROOT / source, folder / to.strip("/"))
            elif (ROOT / source).is_dir():
                shutil.copytree(
                    ROOT / source, folder / "build" / to, ignore=shutil.ignore_patterns("__pycache__")
                )
            else:
                shutil.copy(ROOT / source, folder / "build")
    install = "install --quiet --no-deps --no-build-isolation --no-index --target ../site .".split()
    subprocess.run([sys.executable, "-m", "pip", *install], cwd=folder / "build", check=True)
    shutil.rmtree(folder / "build")
    if os.geteuid() == 0:
        os.chown(folder / "index", 10001, 10001)
    return folder


@contextmanager
def run(
    container: Path, command: list[str], log: Path, **variables: str
) -> Iterator["subprocess.Popen[bytes]"]:
    packages = f"{INSIDE}/site{os.pathsep}{INSIDE}/packages"
    given = {"PATH": os.defpath, "LD_LIBRARY_PATH": f"{INSIDE}/python/lib", "PYTHONPATH": packages}
    python = f"{INSIDE}/python/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    inside = ["unshare", "--mount", "bash", "-c", CONTAINED, "bash", container, sys.base_prefix,
              Settings().cache, sysconfig.get_path("purelib"), python, *command[1:]]  # fmt: skip
    with log.open("w") as said:
        process = subprocess.Popen(inside, env=given | environment() | variables, stdout=said, stderr=said)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def can_be_contained() -> bool:
    tried = "mount --make-rprivate / && mount --bind / /mnt && mount -o remount,bind,ro /"
    return (
        all(map(shutil.which, ("unshare", "setpriv")))
        and subprocess.run(["unshare", "--mount", "sh", "-c", tried], capture_output=True).returncode == 0
    )


@pytest.mark.skipif(not can_be_contained(), reason="this process may not mount anything")
@pytest.mark.parametrize("service", ["page", "api"])
def test_its_commands_serve_as_its_user_on_a_read_only_root(
    container: Path, tmp_path: Path, service: str
) -> None:
    port, log = str(free_port()), tmp_path / "log"
    [(_, given)], [(_, health)] = instructions("CMD"), instructions("HEALTHCHECK")
    command = SERVICES[service].get("command") or json.loads(given)
    healthy = json.loads(health.partition("CMD ")[2])
    check = [sys.executable, *(part.replace("7860", port) for part in healthy[1:])]
    with run(container, command, log, RAG_PORT=port, RAG_LLM="none", RAG_MCP="1") as server:
        until = time.monotonic() + 120
        while subprocess.run(check, capture_output=True).returncode:
            assert server.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < until, log.read_text()[-2000:]
            time.sleep(0.5)
        asked = {"question": "Which country hosts the talks?"}
        reply = httpx.post(f"http://127.0.0.1:{port}/ask", json=asked, timeout=60)
        assert reply.json()["status"] == "answered", log.read_text()[-2000:]
    assert "Traceback" not in log.read_text()
    assert {path.stat().st_uid for path in (container / "index").iterdir()} == {10001}


def test_its_services_are_locked_down() -> None:
    assert set(SERVICES) == {*OURS, "chroma"}
    for name, service in SERVICES.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["volumes"], name
    for name in OURS:
        service = SERVICES[name]
        assert service["user"] == "10001"
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])
        assert service["environment"]["RAG_INDEX"].startswith("/index/")
    assert instructions("USER") == [("USER", "10001")]
    assert "ports" not in SERVICES["chroma"]


def test_its_extras_exist() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    [(_, given)] = instructions("ARG")
    assert set(given.partition("=")[2].split(",")) <= set(extras)


def test_what_it_copies_is_let_in() -> None:
    let_in = set((ROOT / ".dockerignore").read_text().split())
    copied = [rest.split()[:-1] for _, rest in instructions("COPY") if not rest.startswith("--from")]
    assert copied
    assert {f"!{source}" for sources in copied for source in sources} <= let_in
