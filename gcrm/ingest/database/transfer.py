"""The transfer of fetched rows from the text of a database into a Parquet file with types."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from pyproj import CRS
from pyproj.exceptions import CRSError

from gcrm import sql
from gcrm.ingest import forgotten
from gcrm.ingest.cast import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from gcrm.crm import Tombstones
    from gcrm.ingest.database.postgres import Remote, Session

_BATCH = 50_000
_MEMORY = "1GB"
#: Bytes that a row may have without further ado.
_LINE = 2_000_000
_SHAPES = {"geometry", "geography"}
#: Flag in the type of extended WKB that says that a spatial reference follows, and where it stands.
_SRID_FLAG = 0x20000000
_HEADER = 9


@dataclass(frozen=True)
class Transfer:
    """Fetched rows on their way; they stand in the table `fetched` of a connection, as columns `c0`, `c1`, ...

    Attributes
    ----------
    con
        The connection.
    session
        Where they come from.
    remote
        What they are.
    """

    con: duckdb.DuckDBPyConnection
    session: Session
    remote: Remote

    def count(self) -> int:
        """Return how many rows there are."""
        return int(self.con.execute("SELECT count(*) FROM fetched").fetchall()[0][0])

    def latest(self, column: str, limit: datetime) -> datetime | None:
        """Return the latest time in a column, but for times after a limit; null where there is none."""
        place = [c.name for c in self.remote.columns].index(column)
        query = f"SELECT max(CAST(c{place} AS TIMESTAMP)) FROM fetched WHERE c{place} <= $limit"
        found: datetime | None = self.con.execute(query, {"limit": limit}).fetchall()[0][0]
        return found

    def forget(self, stones: Tombstones) -> None:
        """Leave out the people who were forgotten, so that no file of ours holds them: their rows, or their names."""
        source, names = self.session.source, [column.name for column in self.remote.columns]

        def names_one(column: str) -> tuple[str, str] | None:
            """Return the column with what gcrm calls so, and the condition that it names one of them."""
            wanted = source.columns.get(column, column)
            shown = (
                text(self.remote.columns[names.index(wanted)].type, f"c{names.index(wanted)}")
                if wanted in names
                else None
            )
            if shown is None:
                return None
            kind = forgotten.KIND_OF[column]
            if column == "subject_id":
                other = source.columns.get("subject_kind", "subject_kind")
                kind = f"c{names.index(other)}" if other in names else "''"
            key = f"unhex('{stones.salt.hex()}') || encode({kind} || chr(31) || {shown})"
            return f"c{names.index(wanted)}", f"coalesce(sha256({key}) IN (SELECT hash FROM stones), false)"

        gone = [found[1] for c in forgotten.REJECTED.get(source.kind, ()) if (found := names_one(c))]
        blank = [found for c in forgotten.BLANKED.get(source.kind, ()) if (found := names_one(c))]
        self.con.execute("CREATE TABLE stones AS SELECT unnest($hashes) AS hash", {"hashes": sorted(stones.hashes)})
        self.con.execute("ALTER VIEW fetched RENAME TO everybody")
        replaced = ", ".join(f"CASE WHEN NOT {condition} THEN {column} END AS {column}" for column, condition in blank)
        chosen = f"* REPLACE ({replaced})" if blank else "*"
        kept = f" WHERE NOT ({' OR '.join(gone)})" if gone else ""
        self.con.execute(f"CREATE VIEW fetched AS SELECT {chosen} FROM everybody{kept}")

    def drop_known(self, files: Sequence[Path]) -> None:
        """Leave out the rows that stand in earlier files letter by letter."""
        names = ", ".join(f"c{i}" for i in range(len(self.remote.columns)))
        same = " AND ".join(f"k.c{i} IS NOT DISTINCT FROM f.c{i}" for i in range(len(self.remote.columns)))
        self.con.execute(
            f"CREATE TABLE news AS WITH f AS (SELECT *, row_number() OVER () AS place FROM fetched), "
            f"k AS (SELECT {names} FROM {_parquet(names)}) "
            f"SELECT {names} FROM (SELECT * FROM f WHERE NOT EXISTS (SELECT 1 FROM k WHERE {same})) ORDER BY place",
            {"paths": _paths(files)},
        )
        self.con.execute("DROP VIEW fetched")
        self.con.execute("ALTER TABLE news RENAME TO fetched")

    def write(self, path: Path, before: Sequence[Path], notes: dict[bytes, bytes]) -> None:
        """Write the rows into a Parquet file, behind those of earlier files where some are given.

        Parameters
        ----------
        path
            The file to write.
        before
            Earlier files of the same columns.
        notes
            What to note in the file beside its rows.

        Raises
        ------
        SourceError
            If its geometry is in several reference systems.
        """
        names = [column.name for column in self.remote.columns]
        aliases = ", ".join(f"c{i}" for i in range(len(names)))
        notes = notes | self._geo(before)
        queries: list[tuple[str, dict[str, Any]]] = [(f"SELECT {aliases} FROM fetched", {})]
        if before:
            queries.insert(0, (f"SELECT {aliases} FROM {_parquet(aliases)}", {"paths": _paths(before)}))
        writer = None
        try:
            for query, values in queries:
                reader = self.con.execute(query, values).to_arrow_reader(_BATCH)
                schema = pa.schema([pa.field(n, f.type) for n, f in zip(names, reader.schema, strict=True)], notes)
                writer = writer or pq.ParquetWriter(path, schema, compression="zstd")
                for batch in reader:
                    writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))
        finally:
            if writer is not None:
                writer.close()

    def _geo(self, before: Sequence[Path]) -> dict[bytes, bytes]:
        """Return what GeoParquet says of the first geometry column; nothing where there is none."""
        place, name = next(((i, c.name) for i, c in enumerate(self.remote.columns) if c.remote in _SHAPES), (None, ""))
        if place is None:
            return {}
        aliases = ", ".join(f"c{i}" for i in range(len(self.remote.columns)))
        queries: list[tuple[str, dict[str, Any]]] = [("fetched", {})]
        queries += [(_parquet(aliases), {"paths": _paths(before)})] if before else []
        heads: set[bytes] = set()
        for table, values in queries:
            query = f"SELECT DISTINCT unhex(substr(hex(c{place}), 1, {2 * _HEADER})) FROM {table}"
            heads |= {head for (head,) in self.con.execute(query, values).fetchall() if head}
        found = {_srid(head) for head in heads}
        if len(found) > 1:
            msg = (
                f"its column '{name}' holds geometry in several reference systems ({', '.join(map(str, sorted(found)))}"
                "; 0 is none). Bring them into one by a query with ST_Transform."
            )
            raise self.session.refuse(msg)
        column: dict[str, Any] = {"encoding": "WKB", "geometry_types": [], "crs": _crs(found.pop() if found else 0)}
        geo = {"version": "1.1.0", "primary_column": name, "columns": {name: column}}
        return {b"geo": json.dumps(geo).encode()}


@contextmanager
def open_transfer(session: Session, remote: Remote, rows: Path, longest: int) -> Iterator[Transfer]:
    """Open rows that were written as CSV.

    Parameters
    ----------
    session
        Where they come from.
    remote
        What they are.
    rows
        The file, as `postgres.copy` writes it.
    longest
        Bytes of its longest row.

    Yields
    ------
    Transfer
        The rows.

    Raises
    ------
    SourceError
        If they are not of the types that the server says.
    """
    with sql.connect(memory_limit=_MEMORY, temp_folder=rows.parent) as con:
        con.execute("SET preserve_insertion_order = true")
        con.execute("SET enable_geoparquet_conversion = false")
        line = max(_LINE, 2 * longest)
        columns = ", ".join(f"c{i}: 'VARCHAR'" for i in range(len(remote.columns)))
        typed = ", ".join(
            f"{f'unhex(c{i})' if c.type == 'BLOB' else f'CAST(c{i} AS {c.type})'} AS c{i}"
            for i, c in enumerate(remote.columns)
        )
        con.execute(
            f"CREATE VIEW fetched AS SELECT {typed} FROM read_csv({sql.literal(sql.one_file(rows))}, "
            f"auto_detect = false, header = false, columns = {{{columns}}}, delim = ',', quote = '\"', escape = '\"', "
            f"nullstr = '\\N', allow_quoted_nulls = false, max_line_size = {line}, "
            f"buffer_size = {4 * line})"
        )
        try:
            yield Transfer(con, session, remote)
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            msg = "its rows are not of the types that the server says. Bring them into others by a query."
            raise session.refuse(msg) from None


def _paths(files: Sequence[Path]) -> list[str]:
    return [sql.one_file(path) for path in files]


def _parquet(aliases: str) -> str:
    return f"read_parquet($paths, hive_partitioning = false) AS parquet({aliases})"


def _srid(head: bytes) -> int:
    """Return the number of the spatial reference in the first bytes of extended WKB; 0 where there is none."""
    order: Literal["little", "big"] = "little" if head[:1] == b"\x01" else "big"
    flagged = int.from_bytes(head[1:5], order) & _SRID_FLAG
    return int.from_bytes(head[5:9], order) if flagged else 0


def _crs(srid: int) -> dict[str, Any] | None:
    """Return a spatial reference as GeoParquet writes it; null where it is not known."""
    try:
        found: dict[str, Any] = CRS.from_epsg(srid).to_json_dict()
    except CRSError:
        return None
    return found
