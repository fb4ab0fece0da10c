"""All processors, also where workers that test side by side share them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from gcrm import processors

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def all_processors() -> Iterator[None]:
    """Let what can be done in threads be done in threads, for tests that hold what comes of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(processors.THREADS, raising=False)
        yield
