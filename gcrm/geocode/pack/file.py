"""A file of any format that gcrm reads, as a table of DuckDB: all of its rows in their order, nothing left out."""

from __future__ import annotations

import gzip
import json
import shutil
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from gcrm import sql
from gcrm.errors import SourceError
from gcrm.ingest.guard import guard, take
from gcrm.ingest.limits import drafts
from gcrm.ingest.place import Shape, crs_of
from gcrm.ingest.reader import reader_for
from gcrm.ingest.reading import Column, Origin, Reading
from gcrm.settings import Limits, Source
from gcrm.settings.origin import TEXT_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import duckdb
    from pyproj import CRS

#: Table that holds the rows: `row_no`, then `c0`, `c1`, ... with the types of the file.
TABLE = "file_row"
_LINES = ".geojsonl"
_HEAD = 1 << 16
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class File:
    """A file whose rows stand in `file_row`.

    Attributes
    ----------
    path
        The file.
    columns
        Its columns; number i is called `c<i>`.
    geometry
        Position of the geometry, as WKB; null where it has none.
    geometry_type
        Its type where the whole file declares one.
    crs
        CRS of the geometry, or of lon and lat.
    rows
        Rows that could be read.
    broken
        Records that cannot be taken apart into columns.
    first_broken
        Number of the first of these, 1-based; null without any.
    """

    path: Path
    columns: tuple[Column, ...]
    geometry: int | None
    geometry_type: str | None
    crs: CRS
    rows: int
    broken: int
    first_broken: int | None

    @property
    def names(self) -> list[str]:
        """Names of its columns."""
        return [column.name for column in self.columns]


def read_file(con: duckdb.DuckDBPyConnection, path: Path, hints: Mapping[str, Any]) -> File:
    """Read a file into the temporary table `file_row`.

    Parameters
    ----------
    con
        Connection that keeps the order of what it inserts.
    path
        CSV, Parquet, a spreadsheet or geodata; CSV and JSON may be compressed by gzip.
    hints
        What is known of the file: `crs`, `encoding`, `delimiter`, `sheet`, `layer`; null or absent is found out.

    Returns
    -------
    File
        What it is.

    Raises
    ------
    SourceError
        If it is missing, damaged, not what its ending says, or goes beyond the limits.
    """
    if not path.is_file():
        msg = f"There is no file {path}. Check its name."
        raise SourceError(msg)
    try:
        with _origin(con, path, hints) as origin, guard(con, origin):
            return replace(_read(con, origin), path=path)
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or type(error).__name__}."
        raise SourceError(msg) from error


def _read(con: duckdb.DuckDBPyConnection, origin: Origin) -> File:
    """Read a file by the reader of its format."""
    with reader_for(origin).open_reading(con, origin) as reading:
        found = _fill(con, origin, reading)
        if found is None and reading.careful is not None:
            with reading.careful() as second:
                found = _fill(con, origin, second)
    if found is None:
        msg = "its rows cannot be read: the file is damaged. Write it anew."
        raise origin.refuse(msg)
    return found


@contextmanager
def _origin(con: duckdb.DuckDBPyConnection, path: Path, hints: Mapping[str, Any]) -> Iterator[Origin]:
    """Offer the file under a name whose ending says what it is."""
    known = {name: value for name, value in hints.items() if value is not None}
    with ExitStack() as stack:
        place = path.absolute()
        if place.suffix.lower() == ".gz":
            place = _unpacked(stack.enter_context(drafts(con)), place)
        if place.suffix.lower() in {".geojson", ".json"} and _is_lines(place):
            place = _renamed(stack.enter_context(drafts(con)), place)
        try:
            source = Source.model_validate({"kind": "address_references", "path": place.name, **known})
        except ValidationError as error:
            said = error.errors()[0]["msg"].removeprefix("Value error, ").rstrip(".")
            msg = f"{path}: what is said of it does not fit: {said}."
            raise SourceError(msg) from None
        if place.suffix.lower() in TEXT_SUFFIXES and "delimiter" not in known:
            source = source.model_copy(update=_delimiter(place, source.encoding or "utf-8"))
        yield Origin(path.stem, source, place, Limits(), path.name)


def _unpacked(folder: Path, path: Path) -> Path:
    """Unpack a file compressed by gzip, as far as the limits go."""
    target, most = folder / path.stem, Limits().unpacked_mb << 20
    try:
        with gzip.open(path) as packed, target.open("wb") as file:
            while piece := packed.read(1 << 22):
                file.write(piece)
                if file.tell() > most:
                    msg = f"{path} unpacks to more than {Limits().unpacked_mb:,} MB. Unpack and divide it."
                    raise SourceError(msg)
    except (EOFError, gzip.BadGzipFile):
        msg = f"{path} is no gzip file, or is damaged."
        raise SourceError(msg) from None
    return target


def _renamed(folder: Path, path: Path) -> Path:
    """Give a file another ending."""
    target = folder / f"{path.stem}{_LINES}"
    try:
        target.symlink_to(path)
    except OSError:  # where links need rights of their own
        shutil.copyfile(path, target)
    return target


def _is_lines(path: Path) -> bool:
    """Say whether a JSON file is one feature per line, as OpenAddresses writes them."""
    with path.open("rb") as file:
        first = file.readline(_HEAD)
    try:
        found = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("type") == "Feature"


def _delimiter(path: Path, encoding: str) -> dict[str, str]:
    """Return the separator that stands most often in the header; tabs of .tsv files are known anyway."""
    with path.open("rb") as file:
        header = file.readline(_HEAD).decode(encoding, "replace")
    best = max(_DELIMITERS, key=header.count)
    return {"delimiter": best} if header.count(best) and best != "," else {}


def _fill(con: duckdb.DuckDBPyConnection, origin: Origin, reading: Reading) -> File | None:
    """Fill the table from a reading; null where the file cannot be read that way."""
    columns = "".join(f", c{i}" for i in range(len(reading.columns)))
    number = reading.row_no or "CAST(NULL AS BIGINT)"
    query = f"SELECT {number} AS row_no{columns} FROM {reading.relation}"
    if not take(con, origin, reading, f"CREATE OR REPLACE TEMP TABLE {TABLE} AS {query}", reading.parameters):
        return None
    rows = sql.number(con, f"SELECT count(*) FROM {TABLE}")
    broken = [b for b in reading.broken(rows) if b.reason != "blank_line"]
    if reading.row_no is None:
        con.execute(f"UPDATE {TABLE} SET row_no = rowid + 1")
    names = [column.name for column in reading.columns]
    geometry = None if reading.geometry is None else names.index(reading.geometry)
    shape = None if geometry is None else Shape(geometry, "", (), required=False)
    return File(
        origin.path,
        reading.columns,
        geometry,
        reading.geometry_type,
        crs_of(origin, reading, shape),
        rows,
        len(broken),
        broken[0].row_no if broken else None,
    )
