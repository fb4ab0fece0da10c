"""Enough records to learn from: what is learnt finds the duplicates, and is the same whoever counts."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING

import pytest

from gcrm import sql
from gcrm.linkage.build import link
from gcrm.settings.linkage import Linkage

if TYPE_CHECKING:
    from pathlib import Path

RECORDS = 3000


@pytest.fixture(scope="module")
def found(repository: Path):
    """The tables of two runs with one thread and with four, and how many pairs are true, joined, and both."""
    scale = runpy.run_path(str(repository / "benchmarks" / "linkage_scale.py"))
    runs = []
    for threads in (1, 4):
        with sql.connect() as con:
            con.execute(f"SET threads = {threads}")
            scale["make"](con, RECORDS)
            link(con, Linkage())
            tables = ("linkage.pair", "linkage.evidence", "linkage.parameter", "cluster")
            rows = {table: con.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in tables}
            runs.append((rows, con.execute(scale["COUNTS"]).fetchall()[0]))
    return runs


def test_duplicates_with_errors_are_found_and_nobody_else(found):
    _, (true, joined, right, _) = found[0]
    assert true == RECORDS // 10
    assert right >= 0.99 * true
    assert joined == right


def test_the_number_of_threads_changes_nothing(found):
    assert found[0] == found[1]


def test_most_fields_are_learnt_and_shares_are_shares(found):
    rows = found[0][0]["linkage.parameter"]
    learnt = {field for _, field, *_, estimated in rows if estimated}
    assert {"street", "postcode"} <= learnt
    assert all(0 < same <= 1 and 0 < different <= 1 for *_, same, different, _, _ in rows)
