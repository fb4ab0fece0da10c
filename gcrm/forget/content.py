"""The contents of a file: its bytes as they lie there, and what they say once they are unpacked."""

from __future__ import annotations

import bz2
import gzip
import lzma
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, cast

import duckdb

from gcrm import sql
from gcrm.errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_CHUNK = 1 << 22
_HEAD = 16
#: What stands between two values: nothing that belongs to a text.
_BETWEEN = b"\n"
#: Types of columns that hold no text, nor parts that are text.
_NO_TEXT = r"BLOB|BOOLEAN|DATE|TIME.*|.*INT|FLOAT|DOUBLE|DECIMAL[^\[]*|GEOMETRY"
_STREAMS = ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ\x00", lzma.open))


@dataclass(frozen=True)
class Piece:
    """A part of the contents of a file.

    Attributes
    ----------
    data
        Bytes; a piece begins with the end of the one before, so that nothing is cut.
    plain
        True for text, and for what was unpacked: values stand apart from one another. False for the bytes of a file
        whose values lie side by side.
    """

    data: bytes
    plain: bool


def pieces(path: Path, overlap: int) -> Iterator[Piece]:
    """Yield the contents of a file, raw and unpacked.

    Parameters
    ----------
    path
        The file.
    overlap
        Bytes that two pieces share.

    Yields
    ------
    Piece
        First the bytes of the file, then the values of databases and the members of archives.

    Raises
    ------
    ProjectError
        If the file cannot be read: what cannot be looked at proves nothing.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            unpack = _unpacker(path, head)
            file.seek(0)
            yield from _chunks(file, overlap, plain=unpack is None)
        if unpack is not None:
            yield from unpack(path, overlap)
    except (OSError, EOFError, duckdb.Error, sqlite3.Error, zipfile.BadZipFile, lzma.LZMAError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        msg = f"{path} cannot be looked through: {why}. Close what has it open, or remove it, and run it again."
        raise ProjectError(msg) from error


def _unpacker(path: Path, head: bytes) -> Callable[[Path, int], Iterator[Piece]] | None:
    if head[8:12] == b"DUCK":
        return _duckdb
    if head.startswith(b"PAR1"):
        return _parquet
    if head.startswith(b"SQLite format 3"):
        return _sqlite
    if head.startswith(b"PK") and zipfile.is_zipfile(path):
        return _archive
    return _stream if any(head.startswith(mark) for mark, _ in _STREAMS) else None


def _chunks(file: IO[bytes], overlap: int, *, plain: bool) -> Iterator[Piece]:
    before = b""
    while chunk := file.read(_CHUNK):
        yield Piece(before + chunk, plain)
        before = (before + chunk)[-overlap:] if overlap else b""


def _duckdb(path: Path, overlap: int) -> Iterator[Piece]:
    """Yield the texts of every column of every table; views hold none of their own."""
    with sql.connect() as con:
        con.execute(f"ATTACH {sql.literal(str(path))} AS scanned (READ_ONLY)")
        columns = con.execute(
            "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE database_name = 'scanned' "
            "AND table_oid IN (SELECT table_oid FROM duckdb_tables() WHERE database_name = 'scanned') "
            "AND NOT regexp_full_match(data_type, $other)",
            {"other": _NO_TEXT},
        ).fetchall()
        for schema, table, column in columns:
            name = ".".join('"' + part.replace('"', '""') + '"' for part in ("scanned", schema, table))
            yield from _values(con, f"FROM {name}", column, overlap)


def _parquet(path: Path, overlap: int) -> Iterator[Piece]:
    with sql.connect() as con:
        con.execute("SET enable_geoparquet_conversion = false")
        relation = f"FROM read_parquet({sql.literal(str(path))}, hive_partitioning = false)"
        for column, kind, *_ in con.execute(f"DESCRIBE {relation}").fetchall():
            if kind != "BLOB":
                yield from _values(con, relation, column, overlap)


def _values(con: duckdb.DuckDBPyConnection, relation: str, column: str, overlap: int) -> Iterator[Piece]:
    quoted = '"' + column.replace('"', '""') + '"'
    con.execute(f"SELECT DISTINCT CAST({quoted} AS VARCHAR) AS v {relation} WHERE {quoted} IS NOT NULL")
    while rows := con.fetchmany(20_000):
        yield from _split(_BETWEEN.join(row[0].encode(errors="replace") for row in rows), overlap)


def _sqlite(path: Path, overlap: int) -> Iterator[Piece]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as con:
        con.text_factory = bytes
        tables = [row[0].decode() for row in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            name = '"' + table.replace('"', '""') + '"'
            rows = con.execute(f"SELECT * FROM {name}")
            while some := rows.fetchmany(2_000):
                texts = [v if isinstance(v, bytes) else str(v).encode() for row in some for v in row if v is not None]
                yield from _split(_BETWEEN.join(texts), overlap)


def _archive(path: Path, overlap: int) -> Iterator[Piece]:
    """Yield the members of an archive; spreadsheets are archives too."""
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            with archive.open(member) as file:
                yield from _chunks(file, overlap, plain=True)


def _stream(path: Path, overlap: int) -> Iterator[Piece]:
    with path.open("rb") as raw:
        head = raw.read(_HEAD)
    opener = next(open_ for mark, open_ in _STREAMS if head.startswith(mark))
    with opener(path, "rb") as file:
        yield from _chunks(cast("IO[bytes]", file), overlap, plain=True)


def _split(data: bytes, overlap: int) -> Iterator[Piece]:
    for begin in range(0, len(data), _CHUNK):
        yield Piece(data[max(0, begin - overlap) : begin + _CHUNK], plain=True)
