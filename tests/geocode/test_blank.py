"""Tables without a row, where nothing is asked: the same columns as the statements that fill them make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gcrm import sql
from gcrm.geocode.build import values_of, write_matches, write_reference
from tests.geocode import ground

if TYPE_CHECKING:
    import duckdb

ROOMS = ("reading", "matching", "nearby")
COLUMNS = """
SELECT table_name, list((column_name, data_type) ORDER BY column_index)
FROM duckdb_columns() WHERE database_name = 'temp' GROUP BY table_name
"""


def shapes(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, str]]]:
    return dict(con.execute(COLUMNS).fetchall())


@pytest.fixture(scope="module")
def filled() -> dict[str, list[tuple[str, str]]]:
    """Tables as they are where an address was looked for."""
    with ground.connect() as con:
        ground.insert(con, "customer", {"house_number": "1", "street": "Elm St", "city": "Springfield"})
        write_reference(con, ground.SETTINGS)
        assert write_matches(con, values_of(con)) == 1
        return shapes(con)


@pytest.mark.parametrize("room", ROOMS)
def test_the_columns_are_those_of_the_statements(room: str, filled: dict[str, list[tuple[str, str]]]) -> None:
    with sql.connect() as con:
        sql.run(con, f"gcrm.geocode.{room}", "blank")
        blank = shapes(con)
    assert blank
    assert {table: filled[table] for table in blank} == blank


def test_nothing_that_is_filled_is_missing(filled: dict[str, list[tuple[str, str]]]) -> None:
    with ground.connect() as con:
        ground.insert(con, "customer", {"lon": -122.4, "lat": 37.7})
        write_reference(con, ground.SETTINGS)
        assert write_matches(con, values_of(con)) == 0
        assert shapes(con) == filled
