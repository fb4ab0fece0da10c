"""CSV: what a line is, what a record is, and where a broken one stands."""

from __future__ import annotations

import csv
import io
import random
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gcrm import sql
from gcrm.errors import SourceError
from gcrm.ingest.text.gap import broken_records
from gcrm.ingest.text.record import Records
from gcrm.ingest.text.survey import EncodingError, survey
from tests.ingest.bench import build, build_text, load_text

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return sql.connect()


QUICK = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_rows_become_typed(tmp_path: Path) -> None:
    built = build_text(
        tmp_path,
        "customers",
        "customer_id,name,since,lon,lat\n007,Ann,2020-02-29,-122.5,37.75\n8,,,,\n",
    )
    found = built.rows("SELECT customer_id, name, since::VARCHAR, until, lon, lat, source, row_no FROM ingest.customer")
    assert found == [
        ("007", "Ann", "2020-02-29", None, -122.5, 37.75, "it", 1),
        ("8", None, None, None, None, None, "it", 2),
    ]
    assert built.report.rows["customer"] == 2
    assert built.report.rows["store"] == 0
    assert built.rows("SELECT count(*) FROM ingest.store") == [(0,)]
    assert built.report.findings == ()


def test_text_is_kept_as_written(tmp_path: Path) -> None:
    text = 'owner_id,name,team\n a ," O""Neil, Zoë ",\n"b",\'x\',김\n'
    built = build_text(tmp_path, "owners", text)
    assert built.rows("SELECT owner_id, name, team FROM ingest.owner ORDER BY row_no") == [
        (" a ", ' O"Neil, Zoë ', None),
        ("b", "'x'", "김"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks(tmp_path: Path, end: str, *, last: bool, mark: bytes) -> None:
    text = end.join(["owner_id,name", "1,Ann", "2,Bob"]) + (end if last else "")
    built = build_text(tmp_path, "owners", mark + text.encode())
    assert built.rows("SELECT owner_id, name FROM ingest.owner ORDER BY row_no") == [("1", "Ann"), ("2", "Bob")]
    assert built.rows("SELECT physical_lines, header_lines, loaded_lines FROM ingest.source") == [(3, 1, 2)]


def test_broken_records_stand_in_the_ledger(tmp_path: Path) -> None:
    lines = [
        "owner_id,name,team",  # 1
        "1,Ann,north",
        "2,Bob",  # 3: too few
        "",  # 4: empty
        '3,"Eve',  # 5-6: a value over two lines
        'the second",south',
        "4,a,b,c",  # 7: too many
        '5,"x" y,east',  # 8: text behind a quote
        "6,Cid,west,",  # 9: an empty value too many is none
        '7,"never closed,west',  # 10
        "8,Dan,south",
        ",Nil,south",  # 12: no id
        "1,Ann,north",  # 13: again
    ]
    built = build_text(tmp_path, "owners", "\n".join(lines) + "\n")
    assert built.rejects() == [
        (3, 2, "ragged", None),
        (4, 3, "blank_line", None),
        (7, 5, "ragged", None),
        (8, 6, "unreadable", None),
        (10, 8, "unreadable", None),
        (12, 10, "missing_value", "owner_id"),
        (13, 11, "duplicate_key", "owner_id"),
    ]
    assert built.rows("SELECT owner_id, name, row_no FROM ingest.owner ORDER BY row_no") == [
        ("1", "Ann", 1),
        ("3", "Eve\nthe second", 4),
        ("6", "Cid", 7),
        ("8", "Dan", 9),
    ]
    accounts = "physical_lines, header_lines, loaded_lines, rejected_lines, rows_in, rows_loaded, rows_rejected"
    assert built.rows(f"SELECT {accounts} FROM ingest.source") == [(13, 1, 5, 7, 11, 4, 7)]
    details = dict(built.rows("SELECT line, detail FROM ingest.reject"))
    assert details[3] == "2 values, the header has 3 columns"
    assert details[10] == "a quote is opened and never closed"
    found = {(f.subject, f.count, f.detail) for f in built.report.findings}
    assert ("it", 2, "unreadable") in found
    assert ("it", 1, "missing_value (owner_id)") in found


def test_lines_behind_values_over_several_lines(tmp_path: Path) -> None:
    """A file that keeps to the rules is read in parallel; its lines are known all the same."""
    text = 'line_no,"order\n_id",amount\n1,"a\nb\nc",1\nx,d,2\n2,"e\n",y\n3,f,3\n'
    columns = {"order_id": "order\n_id"}
    built = build_text(tmp_path, "order_lines", text, columns=columns)
    assert built.rejects() == [(6, 2, "bad_number", "line_no"), (7, 3, "bad_number", "amount")]
    assert built.rows("SELECT line, lines FROM ingest.reject ORDER BY line") == [(6, 1), (7, 2)]
    accounts = "physical_lines, header_lines, loaded_lines, rejected_lines"
    assert built.rows(f"SELECT {accounts} FROM ingest.source") == [(9, 2, 4, 3)]


def test_a_delimiter(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("owner_id;name\n1;a,b\n")
    (tmp_path / "b.tsv").write_text("owner_id\tname\n2\tb\n")
    built = build(
        tmp_path,
        a={"kind": "owners", "path": "a.csv", "delimiter": ";"},
        b={"kind": "owners", "path": "b.tsv"},
    )
    assert built.rows("SELECT * EXCLUDE (team) FROM ingest.owner ORDER BY 1") == [
        ("1", "a,b", "a", 1),
        ("2", "b", "b", 1),
    ]


def test_one_column(tmp_path: Path) -> None:
    built = build_text(tmp_path, "owners", "owner_id\n1\n\n2\n")
    assert built.rows("SELECT owner_id, row_no FROM ingest.owner ORDER BY row_no") == [("1", 1), ("2", 3)]
    assert built.rejects() == [(3, 2, "blank_line", None)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("blank", [0, 1, 3])
def test_empty_lines_at_the_end(tmp_path: Path, end: str, blank: int) -> None:
    built = build_text(tmp_path, "owners", end.join(["owner_id,name", "1,a", '2,"b', 'b"', *[""] * blank, ""]))
    assert built.rejects() == [(5 + i, 3 + i, "blank_line", None) for i in range(blank)]
    assert built.rows("SELECT physical_lines, rows_in, rows_loaded FROM ingest.source") == [(4 + blank, 2 + blank, 2)]


def test_a_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    assert build_text(tmp_path, "owners", "owner_id,name\n").rows("SELECT count(*) FROM ingest.owner") == [(0,)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "no header"),
        (b"\n1,2\n", "no header"),
        (b"name,team\n1,2\n", "no column 'owner_id', which owners need"),
        (b"owner_id,name,name\n1,2,3\n", "column 'name' more than once"),
        (b"owner_id;name\n1;2\n", "delimiter"),
        (b"owner_id,name\n1,a\n2,\xfc\n", "line 3 is not UTF-8"),
        (b"owner_id,name\n1,\xe2\x82", "line 2 is not UTF-8"),
        ("owner_id,name\n1,a\n".encode("utf-16") + b"x", "line 3 is not UTF-16-LE, as its byte-order mark says"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        build_text(tmp_path, "owners", text)


def test_the_nearest_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="Did you mean 'Owner_Id'"):
        build_text(tmp_path, "owners", "Owner_Id,name\n1,2\n", columns={"owner_id": "Owner_ID"})


def test_a_million_rows_keep_their_order(tmp_path: Path) -> None:
    """The file is read in parallel pieces; the number of a record is still its place in the file."""
    rows = 400_000
    text = "owner_id,name,team\n" + "".join(f'{i},"Name, {i}",{i * 7919 % rows}\n' for i in range(1, rows + 1))
    built = build_text(tmp_path, "owners", text)
    assert built.rows("SELECT count(*), count(*) FILTER (owner_id = row_no::VARCHAR) FROM ingest.owner") == [
        (rows, rows)
    ]


# What a field may hold is drawn so that separators, quotes and line ends are frequent.
PIECES = st.sampled_from(["a", "é", "김", ",", '"', '""', "\n", "\r\n", "\r", " ", "", "x" * 40])
FIELD = st.lists(PIECES, max_size=4).map("".join)


@QUICK
@given(
    rows=st.lists(st.tuples(FIELD, FIELD, FIELD), max_size=12),
    end=st.sampled_from(["\n", "\r\n"]),
    every=st.booleans(),
)
def test_what_csv_writes_is_read_back(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, rows: list[tuple[str, str, str]], end: str, *, every: bool
) -> None:
    """Every table that the standard library writes comes back whole, whichever way it is read."""
    buffer = io.StringIO()
    if not every:  # where only what needs it is quoted, the writer leaves carriage returns bare
        rows = [(a.replace("\r", ""), b.replace("\r", ""), c.replace("\r", "")) for a, b, c in rows]
    writer = csv.writer(buffer, lineterminator=end, quoting=csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL)
    writer.writerow(["owner_id", "name", "team"])
    writer.writerows((f"{i}", b, c) for i, (_, b, c) in enumerate(rows))
    built = load_text(con, tmp_path, "owners", buffer.getvalue())
    assert built.rows("SELECT owner_id, name, team FROM ingest.load ORDER BY row_no") == [
        (f"{i}", b or None, c or None) for i, (_, b, c) in enumerate(rows)
    ]


@QUICK
@given(st.lists(PIECES | st.sampled_from(["\n", "1,b,c\n", '2,"b",c\n']), max_size=30).map("".join))
@example('"\n')
@example("\r")
@example('1,"2\n3,4,5\n"')
def test_nothing_vanishes(con: duckdb.DuckDBPyConnection, tmp_path: Path, body: str) -> None:
    """Whatever follows a header: each line of the file is the header's, a loaded record's or a rejected one's."""
    text = "owner_id,name,team\n" + body
    built = load_text(con, tmp_path, "owners", text)
    accounts = "physical_lines, header_lines, loaded_lines, rejected_lines, rows_in, rows_loaded, rows_rejected"
    ((physical, header, loaded, rejected, rows, good, bad),) = built.rows(f"SELECT {accounts} FROM ingest.source")
    assert physical == text.count("\n") + (not text.endswith("\n"))
    assert physical == header + loaded + rejected
    assert rows == good + bad
    assert built.rows("SELECT count(*) FROM ingest.load") == [(good,)]
    assert built.rows("SELECT count(*), coalesce(sum(lines), 0) FROM ingest.reject") == [(bad, rejected)]
    numbers = [n for (n,) in built.rows("SELECT row_no FROM ingest.load UNION ALL SELECT row_no FROM ingest.reject")]
    assert sorted(numbers) == list(range(1, rows + 1))


@QUICK
@given(st.lists(PIECES, max_size=25).map("".join))
def test_the_survey_knows_the_records_of_plain_files(tmp_path: Path, body: str) -> None:
    """Where the survey calls a file plain, the strict parser of the standard library finds as many records."""
    path = tmp_path / "plain.csv"
    path.write_bytes(body.encode())
    found = survey(path, ",")
    if not found.plain or not body:
        return
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        spans, before = [], 0
        for _ in reader:
            spans.append(reader.line_num - before)
            before = reader.line_num
    assert found.records == len(spans)
    assert dict(zip(found.multiline.tolist(), found.extra.tolist(), strict=True)) == {
        i: span - 1 for i, span in enumerate(spans, 1) if span > 1
    }


LINES = st.sampled_from(
    ["", "1,2", "1,2,3", "1,2,3,", "1,2,3,,", '1,"a,\n\nb",3', '1,"a\n"', '"",,""', ",,,,", '"""",b,c']
)


@QUICK
@example(lines=["", "", "", "", "1,2", "1,2,3,", '1,"a,\n\nb",3', ""], end="\r\n", size=40)
@given(lines=st.lists(LINES, max_size=12), end=st.sampled_from(["\n", "\r\n"]), size=st.sampled_from([40, 64, 1 << 20]))
def test_gaps_are_what_the_careful_parser_rejects(tmp_path: Path, lines: list[str], end: str, size: int) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(end.join(["a,b,c", *lines, ""]).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gcrm.ingest.text.survey._CHUNK", size)
        found = broken_records(path, ",", 3)
    with path.open(encoding="utf-8", newline="\n") as file:
        records = Records(file, ",")
        assert records.header() == ["a", "b", "c"]
        schema = pa.schema([(name, pa.string()) for name in "abc"] + [("row_no", pa.int64())])
        list(records.batches(schema))
    assert found == records.broken


def test_gaps_in_a_long_file(tmp_path: Path) -> None:
    """Broken records all over a file that is read in parallel: every other one keeps its number."""
    rows = 300_000
    rng = random.Random(7)  # noqa: S311 (no secret)
    kinds = [rng.choice(["x"] * 50 + ["short", "long", "blank", "two"]) for _ in range(rows)]
    form = {"x": "{},n,t\n", "short": "{},n\n", "long": "{},n,t,u,v\n", "blank": "\n", "two": '{},"n\n\n",t\n'}
    text = "owner_id,name,team\n" + "".join(form[kind].format(i) for i, kind in enumerate(kinds, 1))
    built = build_text(tmp_path, "owners", text)
    good = sum(kind in {"x", "two"} for kind in kinds)
    assert built.rows("SELECT count(*), count(*) FILTER (owner_id = row_no::VARCHAR) FROM ingest.owner") == [
        (good, good)
    ]
    line, wanted = 2, []
    for i, kind in enumerate(kinds, 1):
        if kind not in {"x", "two"}:
            wanted.append((line, i, "blank_line" if kind == "blank" else "ragged", None))
        line += 3 if kind == "two" else 1
    assert built.rejects() == wanted


def test_the_survey_over_several_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes('a,b\n1,"x\ny\nz"\n2,é\n"3\n","4"\n'.encode() * 3)
    whole = survey(path, ",")
    for size in (1, 2, 3, 7, 11):
        monkeypatch.setattr("gcrm.ingest.text.survey._CHUNK", size)
        found = survey(path, ",")
        assert (found.physical, found.records) == (whole.physical, whole.records) == (21, 12)
        assert found.multiline.tolist() == whole.multiline.tolist() == [2, 4, 6, 8, 10, 12]
        assert found.extra.tolist() == whole.extra.tolist() == [2, 1, 2, 1, 2, 1]


def test_the_survey_names_the_line_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"a\n" * 10 + b"\xc3(\n")
    with pytest.raises(EncodingError, match=r"^11$"):
        survey(path, ",")
