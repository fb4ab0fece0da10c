"""Whatever is assigned is assigned in threads, also where test workers share the processors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.threads import all_processors

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True, scope="module")
def threads() -> Iterator[None]:
    with all_processors():
        yield
