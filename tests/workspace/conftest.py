"""The town of the tests, built once."""

from __future__ import annotations

import pytest

from tests.workspace import town


@pytest.fixture(scope="session")
def town_ws(tmp_path_factory):
    """The town, opened for the local user."""
    opened = town.opened(tmp_path_factory.mktemp("town") / "town")
    yield opened
    opened.close()
