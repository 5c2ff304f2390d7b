"""What Spark says when it fails, as one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def translated() -> Iterator[None]:
    """Errors of Spark as ``EngineError``."""
    yield
