"""How many threads may work at once."""

from __future__ import annotations

import numpy as np
import pytest

from gcrm import processors, sql
from gcrm.conform import thread
from gcrm.errors import SettingsError


@pytest.mark.parametrize("told", [1, 3])
def test_duckdb_and_work_on_arrays_take_as_many_as_are_allowed(told: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(processors.THREADS, f" {told} ")
    with sql.connect() as con:
        assert sql.number(con, "SELECT current_setting('threads')") == told
    assert thread.spans(8 * told, 1)[0] == slice(0, 2)
    assert len(thread.apart(np.arange(30))) == told


def test_nothing_said_means_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(processors.THREADS, "")
    assert processors.allowed() is None
    assert processors.count() >= 1


@pytest.mark.parametrize("told", ["0", "-1", "two", "1.5"])
def test_what_is_no_number_of_threads_is_refused(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(processors.THREADS, told)
    with pytest.raises(SettingsError, match=f"^The environment variable GCRM_THREADS is '{told}'"):
        sql.connect()
