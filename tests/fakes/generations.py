"""The contents of an index, for tests that inspect it."""

from rag.index.generation import Generation
from rag.resources import Resources
from rag.settings import Settings


def live(settings: Settings) -> Generation:
    """The live generation of these settings' index, freshly opened."""
    return Resources(settings).generation()
