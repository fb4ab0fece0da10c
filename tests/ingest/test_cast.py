"""Casts against the standard library: what is a number, an amount, a date."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gcrm import sql
from gcrm.columns import Field
from gcrm.ingest.cast import cast, family, text

if TYPE_CHECKING:
    import duckdb

    from gcrm.columns import FieldType

QUICK = settings(max_examples=120, deadline=None)
NUMERAL = st.text("0123456789.-+eE_, \tnaif", max_size=9) | st.floats().map(str) | st.integers().map(str)
CLOCK = st.text("0123456789-:T Z.+/", max_size=20) | st.datetimes().map(str) | st.dates().map(str)


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return sql.connect()


def turn(
    con: duckdb.DuckDBPyConnection, kind: FieldType, sql_type: str, value: Any, strptime: str | None = None
) -> Any:
    """Return what becomes of one value."""
    form = None if strptime is None else sql.literal(strptime)
    made = cast(Field("x", kind, "A field."), sql_type, "x", form)
    assert made is not None
    return con.execute(f"SELECT {made} FROM (SELECT CAST($x AS {sql_type}) AS x)", {"x": value}).fetchall()[0][0]


@QUICK
@given(word=NUMERAL)
@example(word="1_000")
@example(word="0x10")
@example(word=" 12 ")
@example(word="1e400")
@example(word="nan")
def test_a_number_is_what_python_reads(con: duckdb.DuckDBPyConnection, word: str) -> None:
    try:
        expected = float(word)
    except ValueError:
        expected = math.nan
    wanted = expected if math.isfinite(expected) and "_" not in word else None
    assert turn(con, "number", "VARCHAR", word) == wanted


@QUICK
@given(word=NUMERAL)
@example(word="12.0")
@example(word="12.5")
@example(word="9223372036854775808")
@example(word="1e3")
def test_a_whole_number(con: duckdb.DuckDBPyConnection, word: str) -> None:
    plain = re.fullmatch(r"\s*([+-]?[0-9]+)(\.0*)?\s*", word)
    wanted = int(plain[1]) if plain and -(2**63) <= int(plain[1]) < 2**63 else None
    assert turn(con, "integer", "VARCHAR", word) == wanted


@QUICK
@given(word=NUMERAL | st.decimals(allow_nan=False, places=2, min_value=-(10**16), max_value=10**16).map(str))
@example(word="12.345")
@example(word="12.3400")
@example(word="1,234.50")
@example(word="$5")
@example(word="1e2")
@example(word=".5")
def test_an_amount_has_at_most_two_decimals(con: duckdb.DuckDBPyConnection, word: str) -> None:
    try:
        amount = Decimal(word.strip()) if re.fullmatch(r"[0-9.+-]+", word.strip()) else None
    except InvalidOperation:
        amount = None
    fits = amount is not None and abs(amount) < 10**16 and amount == round(amount, 2)
    assert turn(con, "money", "VARCHAR", word) == (amount if fits else None)


@QUICK
@given(value=st.floats(-1e15, 1e15))
@example(value=2.675)
@example(value=1.005)
@example(value=1e-54)
@example(value=0.005)
@example(value=0.004999999999)
def test_a_binary_amount_is_rounded_half_up(con: duckdb.DuckDBPyConnection, value: float) -> None:
    wanted = Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert turn(con, "money", "DOUBLE", value) == wanted


@pytest.mark.parametrize("kind", ["number", "money", "integer", "text"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_infinity_is_nothing(con: duckdb.DuckDBPyConnection, kind: FieldType, value: float) -> None:
    assert turn(con, kind, "DOUBLE", value) is None


@QUICK
@given(word=CLOCK)
@example(word="2017-02-29")
@example(word="2016-02-29")
@example(word="epoch")
@example(word="infinity")
@example(word="0000-01-01")
@example(word="2017-1-5")
@example(word="2017/01/05")
@example(word="20170105")
@example(word="17-01-05")
@example(word="2017-01-05 BC")
@example(word="12017-01-05")
@example(word=" 2017-01-05 ")
def test_a_date_is_iso_8601(con: duckdb.DuckDBPyConnection, word: str) -> None:
    plain = re.fullmatch(
        r"\s*(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}(:?\d{2})?)?)?\s*", word
    )
    try:
        wanted = date.fromisoformat(plain[1]) if plain else None
    except ValueError:
        wanted = None
    assert turn(con, "date", "VARCHAR", word) == wanted


@QUICK
@given(
    moment=st.datetimes(),
    hours=st.integers(-14, 14) | st.none(),
    blank=st.sampled_from("T "),
)
def test_a_moment_keeps_the_clock_it_was_written_with(
    con: duckdb.DuckDBPyConnection, moment: datetime, hours: int | None, blank: str
) -> None:
    zone = None if hours is None else timezone(timedelta(hours=hours))
    word = moment.replace(tzinfo=zone).isoformat(blank)
    assert turn(con, "timestamp", "VARCHAR", word) == moment


@pytest.mark.parametrize("word", ["2017-01-05T25:00", "2017-13-05 10:00", "10:00", "2017-01-05 10", "epoch", "now"])
def test_no_moment(con: duckdb.DuckDBPyConnection, word: str) -> None:
    assert turn(con, "timestamp", "VARCHAR", word) is None


@pytest.mark.parametrize(
    ("kind", "sql_type", "value", "strptime", "wanted"),
    [
        ("date", "VARCHAR", "31.12.2017", "%d.%m.%Y", date(2017, 12, 31)),
        ("date", "VARCHAR", " 7/5/2005 ", "%m/%d/%Y", date(2005, 7, 5)),
        ("date", "VARCHAR", "2017-12-31", "%d.%m.%Y", None),
        ("date", "VARCHAR", "31.02.2017", "%d.%m.%Y", None),
        ("date", "VARCHAR", "infinity", "%d.%m.%Y", None),
        ("date", "VARCHAR", "epoch", "%d.%m.%Y", None),
        ("date", "INTEGER", 20170105, "%Y%m%d", date(2017, 1, 5)),
        ("date", "DOUBLE", 20170105.0, "%Y%m%d", date(2017, 1, 5)),
        ("date", "DATE", date(2017, 1, 5), "%d.%m.%Y", date(2017, 1, 5)),
        ("timestamp", "VARCHAR", "05.01.2017 23:59", "%d.%m.%Y %H:%M", datetime(2017, 1, 5, 23, 59)),  # noqa: DTZ001
        ("date", "TIMESTAMP", datetime(2017, 1, 5, 23, 59), None, date(2017, 1, 5)),  # noqa: DTZ001
        ("timestamp", "DATE", date(2017, 1, 5), None, datetime(2017, 1, 5)),  # noqa: DTZ001
        ("timestamp", "TIMESTAMP WITH TIME ZONE", datetime(2017, 1, 5, 9, tzinfo=UTC), None, datetime(2017, 1, 5, 9)),  # noqa: DTZ001
        ("date", "TIMESTAMP WITH TIME ZONE", datetime(2017, 1, 5, 23, tzinfo=UTC), None, date(2017, 1, 5)),
        ("text", "BIGINT", 7, None, "7"),
        ("text", "DOUBLE", 7.0, None, "7"),
        ("text", "DOUBLE", 7.5, None, "7.5"),
        ("text", "DOUBLE", -120.0, None, "-120"),
        ("text", "DECIMAL(9,2)", Decimal("7.00"), None, "7.00"),
        ("text", "DATE", date(2017, 1, 5), None, "2017-01-05"),
        ("text", "BOOLEAN", True, None, "true"),
        ("text", "VARCHAR", "a\0b", None, None),
        ("text", "VARCHAR", " 007 ", None, " 007 "),
        ("integer", "DOUBLE", 12.0, None, 12),
        ("integer", "DOUBLE", 12.5, None, None),
        ("integer", "UBIGINT", 2**63, None, None),
        ("money", "DECIMAL(12,4)", Decimal("1.2300"), None, Decimal("1.23")),
        ("money", "DECIMAL(12,4)", Decimal("1.2345"), None, None),
        ("money", "HUGEINT", 10**17, None, None),
        ("boolean", "VARCHAR", " Yes ", None, True),
        ("boolean", "VARCHAR", "maybe", None, None),
        ("boolean", "INTEGER", 0, None, False),
        ("boolean", "BOOLEAN", True, None, True),
    ],
)
def test_casts(  # one row, one case
    con: duckdb.DuckDBPyConnection, kind: FieldType, sql_type: str, value: Any, strptime: str | None, wanted: Any
) -> None:
    assert turn(con, kind, sql_type, value, strptime) == wanted


@pytest.mark.parametrize(
    ("sql_type", "name"),
    [
        ("VARCHAR", "text"),
        ("ENUM('a', 'b')", "text"),
        ("UTINYINT", "integer"),
        ("DECIMAL(18,3)", "decimal"),
        ("TIMESTAMP_NS", "timestamp"),
        ("TIMESTAMP WITH TIME ZONE", "zoned"),
        ("INTEGER[]", "other"),
        ("STRUCT(a INTEGER)", "other"),
    ],
)
def test_families(sql_type: str, name: str) -> None:
    assert family(sql_type) == name
    assert (text(sql_type, "x") is None) == (name == "other")


def test_what_no_value_can_become() -> None:
    for kind, sql_type in [
        ("number", "DATE"),
        ("date", "DOUBLE"),
        ("money", "BOOLEAN"),
        ("text", "BLOB"),
        ("date", "BOOLEAN"),
    ]:
        assert cast(Field("x", kind, "A field."), sql_type, "x", None) is None
    assert cast(Field("x", "date", "A field."), "BOOLEAN", "x", "'%Y'") is None
