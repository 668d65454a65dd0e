"""What lies in an index, for tests that look into it."""

from rag.index.generation import Generation
from rag.resources import Resources
from rag.settings import Settings


def live(settings: Settings) -> Generation:
    """The live generation of these settings' index, opened anew."""
    return Resources(settings).generation()
