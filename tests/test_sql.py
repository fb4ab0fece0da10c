"""Connections: the spatial extension is one that is signed, and what an extension may be stays as it is."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import duckdb
import pytest

from gcrm import sql
from gcrm.errors import DependencyError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_changed_extension_is_refused_although_another_was_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = sql._spatial_path()
    for _ in range(2):  # the second one takes the signature as checked
        with sql.connect(spatial=True) as con:
            assert con.execute("SELECT st_astext(st_point(1, 2))").fetchall() == [("POINT (1 2)",)]
            assert con.execute("SELECT current_setting('allow_unsigned_extensions')").fetchall() == [(False,)]
            with pytest.raises(duckdb.InvalidInputException):
                con.execute("SET allow_unsigned_extensions = true")
    changed = shutil.copy(good, tmp_path / good.name)
    with changed.open("r+b") as file:
        file.seek(1000)
        byte = file.read(1)
        file.seek(1000)
        file.write(bytes([byte[0] ^ 1]))
    monkeypatch.setattr(sql, "_spatial_path", lambda: changed)
    with pytest.raises(DependencyError, match="cannot load its spatial extension"):
        sql.connect(spatial=True)
