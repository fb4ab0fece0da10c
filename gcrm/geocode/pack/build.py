"""The making of a pack: sources are read, put in order, and written so that the pack appears whole or not at all."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from gcrm import sql
from gcrm.errors import ExportError, SourceError, near
from gcrm.geocode.pack import centreline, feature, heading, osm
from gcrm.geocode.pack.cluster import write_clusters
from gcrm.geocode.pack.draft import draft_folder
from gcrm.geocode.pack.file import TABLE, read_file
from gcrm.geocode.pack.form import LABEL, SUFFIX, TABLES
from gcrm.geocode.pack.label import Pack, check_country, check_date, file_hash, hash_of
from gcrm.ingest.limits import drafts, guarded
from gcrm.ingest.reading import Origin
from gcrm.settings import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import duckdb

#: What DuckDB may hold while a pack is made; it spills to disk beyond that.
MEMORY_LIMIT = "1250MB"
#: Addresses farther than this from a place are of another one of its name, in metres.
WIDE_M = 20_000.0
_RAW = ("raw_point", "raw_range", "raw_way", "raw_place")
_ROW_GROUP = 122_880


@dataclass(frozen=True)
class Origins:
    """Where the data of a pack comes from.

    Attributes
    ----------
    name
        What the pack is called; its file name where null.
    country
        Two letters of ISO 3166; null where it holds several countries.
    licence
        Licence of the data.
    date
        Day of the data, ISO 8601; that of an OpenStreetMap extract is known.
    columns
        What a column holds -> its name in the files; others are told by their names.
    hints
        What is known of the files: `crs`, `encoding`, `delimiter`, `sheet`, `layer`.
    """

    name: str | None = None
    country: str | None = None
    licence: str = "not stated"
    date: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str | None] = field(default_factory=dict)


def build_pack(sources: Sequence[Path], target: Path, origins: Origins, *, overwrite: bool = False) -> Pack:
    """Make a reference pack.

    The same sources make the same bytes.

    Parameters
    ----------
    sources
        Files with addresses: CSV, Parquet, spreadsheets, geodata with points (OpenAddresses), street centrelines with
        house-number ranges, OpenStreetMap extracts.
    target
        Folder to make; its name ends in `.pack`.
    origins
        What is said about the data.
    overwrite
        Replace a pack that is there; otherwise it is refused.

    Returns
    -------
    Pack
        What was made.

    Raises
    ------
    SourceError
        If a source cannot be read, holds no addresses, or a column cannot be told, or the country is none.
    ExportError
        If the pack cannot be written.
    """
    day, country = check_date(origins.date), check_country(origins.country)
    _check_target(target, overwrite=overwrite)
    _check_columns(origins.columns)
    with draft_folder(target, overwrite=overwrite) as draft, _connection(draft) as con:
        for name in _RAW:
            sql.run(con, __package__, name)
        broken = 0
        days = []
        for source in sources:
            if source.suffix.lower() in osm.SUFFIXES:
                days.append(_read_extract(con, source))
            else:
                broken += _read_table(con, source, origins)
        rows, left_out = _settle(con, draft)
        if broken:
            left_out["unreadable"] = broken
        if not rows["point"] + rows["range"] + rows["street"] + rows["place"] + rows["postcode"]:
            msg = f"{', '.join(s.name for s in sources)}: no record could be used ({left_out or 'none at all'})."
            raise SourceError(msg)
        known = next((d for d in sorted(filter(None, days), reverse=True)), None)
        name = origins.name or target.name.removesuffix(SUFFIX)
        files = tuple(sorted(source.name for source in sources))
        pack = Pack(draft, name, country, files, origins.licence, day or known, rows, left_out)
        return replace(_write_label(pack), folder=target)


@contextmanager
def _connection(draft: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection that keeps the order of rows and knows the functions of the stage."""
    spill = draft.parent / "spill"
    spill.mkdir()
    with sql.connect(memory_limit=MEMORY_LIMIT, temp_folder=spill) as con:
        con.execute("SET GLOBAL preserve_insertion_order = true")
        sql.run(con, "gcrm.geocode", "macro")
        yield con


def _read_table(con: duckdb.DuckDBPyConnection, source: Path, origins: Origins) -> int:
    """Read a table or geodata; return how many records cannot be taken apart."""
    file = read_file(con, source, origins.hints)
    lines = heading.find(heading.LINE, file.names, origins.columns, source.name)
    if centreline.is_centreline(file, lines):
        centreline.read_lines(con, file, lines)
    else:
        feature.read_points(con, file, heading.find(heading.POINT, file.names, origins.columns, source.name))
    con.execute(f"DROP TABLE {TABLE}")
    return file.broken


def _read_extract(con: duckdb.DuckDBPyConnection, source: Path) -> str | None:
    """Read an extract of OpenStreetMap; return the day of its data."""
    if not source.is_file():
        msg = f"There is no file {source}. Check its name."
        raise SourceError(msg)
    origin = Origin(source.stem, Source(kind="address_references", path=source.name), source.absolute())
    with drafts(con) as folder:
        day: str | None = guarded(origin, osm.convert, origin.path, folder)
        for table in ("point", "way", "place", "range"):
            target, path = sql.identifier(f"raw_{table}"), sql.one_file(folder / f"{table}.parquet")
            read = "read_parquet($path, hive_partitioning = false)"
            con.execute(f"INSERT INTO {target} BY NAME FROM {read}", {"path": path})
    return day


def _settle(con: duckdb.DuckDBPyConnection, draft: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Make the tables of the pack and write them; return their rows, and what was left out for which reason."""
    for name in ("point", "range", "seen", "named"):
        sql.run(con, __package__, name)
    write_clusters(con)
    for name in ("street", "postcode", "place", "vocabulary"):
        sql.run(con, __package__, name, {"wide_m": WIDE_M})
    rows = {table: _write_table(con, table, draft) for table in TABLES}
    left_out = dict(con.execute(sql.read(__package__, "left_out")).fetchall())
    return rows, {str(reason): int(records) for reason, records in left_out.items()}


def _write_table(con: duckdb.DuckDBPyConnection, table: str, draft: Path) -> int:
    """Write a table, its rows in one order whatever order they came in."""
    schema = TABLES[table]
    names = ", ".join(sql.identifier(name) for name in schema.names)
    order = ", ".join(f"{sql.identifier(name)} NULLS FIRST" for name in _order(table))
    query = f"SELECT {names} FROM {sql.identifier(f'packed_{table}')} ORDER BY {order}"
    rows = 0
    with pq.ParquetWriter(draft / f"{table}.parquet", schema, compression="zstd") as writer:
        for batch in con.execute(query).to_arrow_reader(_ROW_GROUP):
            writer.write_batch(batch.cast(schema))
            rows += batch.num_rows
    return rows


def _order(table: str) -> list[str]:
    """Return all columns, in an order that lets what lies together stand together: streets by city."""
    names = TABLES[table].names
    first = [name for name in ("city", "postcode", "street") if name in names]
    return first + [name for name in names if name not in first]


def _write_label(pack: Pack) -> Pack:
    """Hash the files of a draft, write its label, and bring both to the disk."""
    hashes = {f"{table}.parquet": file_hash(pack.file(table)) for table in TABLES}
    pack = replace(pack, sha256=hashes)
    pack = replace(pack, hash=hash_of(pack.content))
    text = json.dumps(pack.content, indent=2, ensure_ascii=False) + "\n"
    (pack.folder / LABEL).write_text(text, encoding="utf-8")
    for path in pack.folder.iterdir():
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    return pack


def _check_columns(columns: Mapping[str, str]) -> None:
    """Refuse columns given for what no column holds."""
    known = heading.LINE | heading.POINT
    for role in columns:
        if role not in known:
            msg = f"--column {role}=...: there is nothing called '{role}' in a reference.{near(role, known)}"
            raise SourceError(msg)


def _check_target(target: Path, *, overwrite: bool) -> None:
    if target.suffix != SUFFIX:
        msg = f"{target}: a reference pack is a folder whose name ends in {SUFFIX}. Name it so."
        raise ExportError(msg)
    if target.exists() and not (target / LABEL).is_file():
        msg = f"{target} is there already and is no reference pack. Choose another name."
        raise ExportError(msg)
    if target.exists() and not overwrite:
        msg = f"{target} is there already. Name another, or say that it may be overwritten."
        raise ExportError(msg)
