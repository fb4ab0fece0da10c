"""What the tests of the operational store share: a fresh store in SQLite, and one in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crm import place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gcrm import crm


@pytest.fixture(params=["sqlite", "postgresql"])
def at(request: pytest.FixtureRequest, tmp_path: Path) -> place.Place:
    """Where a fresh store may lie, in either database."""
    if request.param == "sqlite":
        return place.Place(tmp_path)
    server = request.getfixturevalue("postgres")
    return place.Place(tmp_path, server.url(server.database()))


@pytest.fixture
def store(at: place.Place) -> Iterator[crm.Store]:
    """A fresh store in either database."""
    with at.open() as opened:
        yield opened
