"""An address is looked for again when it or the reference changes, and only then; the result is the same to the row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gcrm import sql
from gcrm.geocode import build_geocode
from gcrm.geocode.memory import Memory
from tests.geocode.ground import SETTINGS, connect, insert
from tests.geocode.matching.test_match import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

TABLES = ("location", "record_location", "alternative", "reference", "pile_up")
CUSTOMERS: list[dict[str, Any]] = [
    {"address": "1 Main Street, 94110"},
    {"address": "1 Main St., 94110"},
    {"address": "5 Oak Avenue"},
    {"address": "5 Oak Avenve, 94110"},
    {"address": "4 Elm Street, 94112"},
    {"address": "99 Elm Street, 94112"},
    {"address": "94112"},
    {"address": "PO Box 12, 94110"},
    {"address": "nothing to find"},
    {"house_number": "Main Street", "street": "3", "postcode": "94110"},
    {"lon": -122.0, "lat": 37.0, "address": "8 Given Road"},
    {},
]


class Project:
    """Builds one after the other, each in a file of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._builds = 0

    def build(
        self,
        customers: Sequence[dict[str, Any]],
        *,
        reference: Sequence[dict[str, Any]] = REFERENCE,
        engine: str = "one",
        decide: Sequence[tuple[str, float, float]] = (),
    ) -> tuple[int, int]:
        """Build after the last build; return the places asked for, and those that were asked for by a build alone.

        The tables of both are the same.
        """
        last = self._folder / f"{self._builds}.duckdb"
        self._builds += 1
        with connect() as con:
            insert(con, "address_reference", *reference)
            insert(con, "customer", *customers)
            sql.run(con, "gcrm.ingest", "decision")
            for i, (key, lon, lat) in enumerate(decide):
                con.execute(
                    "INSERT INTO ingest.decision VALUES (?, 'move', ?, ?, DATE '2026-01-01', 'crm', ?)",
                    [key, lon, lat, i],
                )
            build_geocode(con, settings=SETTINGS)
            alone = contents(con)
            con.execute("DETACH geocode")
            con.execute(f"ATTACH '{self._folder / f'{self._builds}.duckdb'}' AS geocode")
            if last.exists():
                con.execute(f"ATTACH '{last}' AS earlier (READ_ONLY)")
            memory = Memory(engine, "earlier" if last.exists() else None)
            build_geocode(con, settings=SETTINGS, earlier=memory)
            assert contents(con) == alone
            left = con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
            assert left == []
            asked = con.execute("SELECT asked FROM geocode.kept.mark").fetchall()[0][0]
            every = con.execute("SELECT count(*) FROM geocode.kept.place_mark").fetchall()[0][0]
        return asked, every


def contents(con: duckdb.DuckDBPyConnection) -> dict[str, list[Any]]:
    """Return the rows of each table of the stage."""
    return {table: sorted(con.execute(f"FROM geocode.{table}").fetchall(), key=repr) for table in TABLES}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_nothing_is_asked_again_and_a_new_address_alone_is_asked(project: Project) -> None:
    asked, every = project.build(CUSTOMERS)
    assert asked == every == 10, "two are written otherwise, one brings its point"
    assert project.build(CUSTOMERS) == (0, 10)
    assert project.build([*CUSTOMERS, {"address": "7 Hill Rd, Oakland"}]) == (1, 11)
    assert project.build([*CUSTOMERS, {"address": "7 Hill Rd, Oakland"}]) == (0, 11)


def test_what_is_written_otherwise_is_asked_again_and_what_went_is_gone(project: Project) -> None:
    project.build(CUSTOMERS)
    changed = [{"address": "3 Main Street, 94110"}, CUSTOMERS[0], *CUSTOMERS[2:5]]
    assert project.build(changed) == (2, 5), "one is new, the other is written in one way only now"
    assert project.build(CUSTOMERS[2:]) == (6, 9)


def test_another_reference_or_rule_asks_for_all(project: Project) -> None:
    project.build(CUSTOMERS)
    moved = [{**row, "lat": row["lat"] + 0.001} if row["street"] == "Main Street" else row for row in REFERENCE]
    assert project.build(CUSTOMERS, reference=moved) == (10, 10)
    assert project.build(CUSTOMERS, reference=moved, engine="two") == (10, 10)
    assert project.build(CUSTOMERS, reference=moved, engine="two") == (0, 10)


def test_a_decision_asks_for_nothing_and_can_be_taken_back(project: Project) -> None:
    with connect() as con:
        sql.run(con, "gcrm.geocode", "key_macro")
        keys = con.execute("SELECT address_key('5 Oak Avenue', NULL, NULL, NULL, NULL)").fetchall()
    project.build(CUSTOMERS)
    assert project.build(CUSTOMERS, decide=[(keys[0][0], -122.4, 37.787)]) == (0, 10)
    assert project.build(CUSTOMERS) == (0, 10)


def test_a_build_by_an_older_program_is_no_help(project: Project, tmp_path: Path) -> None:
    with connect() as con:
        con.execute(f"ATTACH '{tmp_path / '0.duckdb'}' AS older")
        con.execute("CREATE TABLE older.reference (a INTEGER)")
    assert project.build(CUSTOMERS) == (10, 10)


def test_without_a_memory_nothing_is_kept() -> None:
    with connect() as con:
        insert(con, "customer", *CUSTOMERS)
        build_geocode(con, settings=SETTINGS)
        assert con.execute("SELECT schema_name FROM duckdb_tables() WHERE schema_name = 'kept'").fetchall() == []
