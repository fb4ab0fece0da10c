"""Limits: what goes beyond one is refused with what to raise, and leaves nothing behind."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from gcrm import sql
from gcrm.errors import SourceError
from gcrm.ingest import limits
from gcrm.ingest.guard import guard
from gcrm.ingest.limits import FileError, check_archive, check_broken, check_columns, check_rows, drafts, guarded
from gcrm.ingest.reading import Origin
from gcrm.ingest.text import record
from gcrm.settings import Limits
from tests.ingest import bench


def origin(**values: int) -> Origin:
    source = bench.settings(it={"kind": "owners", "path": "a.csv"}).sources["it"]
    return Origin("it", source, Path("a.csv"), Limits(**values))


def swallow() -> int:
    return sum(len(bytearray(1 << 20)) for held in [[bytearray(b"x" * (1 << 20)) for _ in range(4096)]] for _ in held)


def wait() -> None:
    time.sleep(60)


def refuse() -> None:
    msg = "it is too blue."
    raise FileError(msg)


def vanish() -> None:
    Path("/nowhere/at/all").read_bytes()


@pytest.mark.parametrize(
    ("function", "values", "says"),
    [
        (swallow, {"memory_mb": 300}, r"more than 300 MB of memory.*raise limits\.memory_mb"),
        (wait, {"seconds": 1}, r"longer than 1 s.*raise limits\.seconds"),
        (refuse, {}, r"^Source 'it' \(a\.csv\): it is too blue\.$"),
        (vanish, {}, r"cannot be read: No such file"),
    ],
)
def test_a_process_that_is_stopped(function, values: dict[str, int], says: str) -> None:
    with pytest.raises(SourceError, match=says):
        guarded(origin(**values), function)


def test_a_query_that_takes_too_long() -> None:
    with sql.connect() as con:
        endless = "SELECT count(*) FROM range(10000000) AS a, range(10000000) AS b WHERE a.range + b.range = 7"
        with pytest.raises(SourceError, match=r"longer than 1 s.*raise limits\.seconds"), guard(con, origin(seconds=1)):
            con.execute(endless).fetchall()
        with guard(con, origin(seconds=1)):
            assert con.execute("SELECT 1").fetchall() == [(1,)]


@pytest.mark.parametrize("named", [False, True])
def test_drafts_are_gone_at_the_end(tmp_path: Path, *, named: bool) -> None:
    with sql.connect(temp_folder=tmp_path if named else None) as con, drafts(con) as folder:
        (folder / "draft").write_text("x")
        assert (folder.parent == tmp_path) == named
    assert not folder.exists()


def test_archives(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(3 << 20))
        archive.writestr("b", b"x")
    assert check_archive(path, 4) == ["a", "b"]
    with pytest.raises(FileError, match="unpacks to 3 MB, the limit is 2 MB"):
        check_archive(path, 2)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(FileError, match="not a ZIP archive"):
        check_archive(path, 4)


def test_rows_and_columns() -> None:
    check_rows(1_000_000, 1, 1_000_000)
    check_rows(2_000_000, 20_000, 2_000_000)
    check_columns(16_384)
    check_broken(1_000_000)
    with pytest.raises(FileError, match="holds 2,000,000 rows, the limit is 1,000,000"):
        check_rows(2_000_000, 10**9, 1_000_000)
    with pytest.raises(FileError, match="no table is that dense"):
        check_rows(2_000_000, 19_999, 10**9)
    check_rows(2_000_000, 19_999, 10**9, dense=False)
    with pytest.raises(FileError, match="16,385 columns"):
        check_columns(16_385)
    with pytest.raises(FileError, match="more than 1,000,000"):
        check_broken(1_000_001)


def read(text: str) -> tuple[list[tuple[str, ...]], list[tuple[int, str]], int]:
    """Rows, broken records, and lines that belong to some record or the header."""
    records = record.Records(io.StringIO(text, newline="\n"), ",")
    names = records.header()
    schema = pa.schema([*((f"c{i}", pa.string()) for i in range(len(names))), ("row_no", pa.int64())])
    rows = [tuple(row.values())[:-1] for batch in records.batches(schema) for row in batch.to_pylist()]
    lines = records.lines(0)
    counted = lines.header + len(rows) + len(records.broken) + int(lines.extra.sum())
    return rows, [(b.row_no, b.reason) for b in records.broken], counted


def test_long_lines_and_records_are_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "_LONGEST_LINE", 50)
    monkeypatch.setattr(record, "_LONGEST_RECORD", 200)
    good = "1,x\n"
    for long, lines in ((f"2,{'y' * 60}\n", 1), (f"2,{'y' * 500}\n", 1), (f"2,{'y' * 47}\r\n", 1)):
        assert read("a,b\n" + good + long + good) == ([("1", "x")] * 2, [(2, "unreadable")], 3 + lines)
    # A long line inside quotes spoils the line with the quote, and then itself.
    text = "a,b\n" + '1,"x\n' + "y" * 60 + "\n" + good
    assert read(text) == ([("1", "x")], [(1, "unreadable"), (2, "unreadable")], 4)
    # A record that goes on and on is given up with all its lines, not read again from each.
    rows, broken, counted = read("a,b\n" + '"\n' + '","\n' * 100 + good)
    assert rows == [("1", "x")]
    assert broken == [(1, "unreadable"), *((i, "ragged") for i in range(2, 52))]
    assert counted == 103


def test_a_long_line_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "_LONGEST_LINE", 50)
    for length in (49, 50, 51, 100, 101):
        rows, broken, counted = read("a,b\n1,x\n" + "y" * length)
        assert (rows, len(broken), counted) == ([("1", "x")], 1, 3)


def test_the_limits_stand_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("owner_id\n1\n")
    assert bench.settings().limits == Limits()
    assert limits.MOST_BROKEN > 0
    with pytest.raises(ValueError, match="greater than or equal to 256"):
        Limits(memory_mb=1)
