"""Delete an index: its generations and the files that name them. A folder of anything else is left alone."""

from contextlib import suppress
from pathlib import Path

from rag.errors import IndexBusy, IndexFault
from rag.index.lease import delete_unused
from rag.index.switch import current_generation, generations, point_to, refuse_foreign, writing


def remove_index(index: Path) -> bool:
    """Delete the index in folder `index`, and the folder if it is then empty; return whether there was one.

    Raises:
        IndexBusy: if a process is writing or reading it; it is then kept.
        IndexFault: if the folder holds something else, or cannot be written.
    """
    refuse_foreign(index)
    if not index.is_dir():
        return False
    live = None
    with suppress(IndexFault):  # a damaged index has no live generation
        live = current_generation(index)
    with writing(index):
        (index / "CURRENT").unlink(missing_ok=True)
        for generation in generations(index):
            if not delete_unused(generation):
                if live is not None and live.is_dir():
                    point_to(index, live.name)
                raise IndexBusy(f"another process is using the index in {index}: stop it first")
        (index / "lock").unlink(missing_ok=True)
    for folder in (index, index.parent):
        if folder == index or folder.name == ".index":
            with suppress(OSError):  # something else is in it
                folder.rmdir()
    return True
