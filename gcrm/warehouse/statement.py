"""An analyst's statement: one SELECT over a snapshot, in a process of its own that can reach nothing else.

Four things hold it: it must be a single SELECT that names no function which reads files; DuckDB's access to files and
the network is off and its configuration locked; the stage files are attached read-only; and the process that runs it is
ended when it takes too much memory or time.
"""

from __future__ import annotations

import difflib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from gcrm import process, sql
from gcrm.errors import AccessError, QueryError, near
from gcrm.warehouse import snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gcrm.access.scope import Scope

#: Functions that stand where a table stands; every other one, also those to come, may read more than the snapshot.
_TABLE_FUNCTIONS = frozenset(
    {"range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree", "st_generatepoints"}
    | {
        f"duckdb_{name}"
        for name in ("columns", "constraints", "functions", "schemas", "settings", "tables", "types", "views")
    }
    | {"pragma_show", "pragma_table_info", "pg_timezone_names", "histogram", "histogram_values"}
)
_FILE = "result.arrow"
_BATCH = 10_000
_MB = 1 << 20
_LESS = " Select less, group earlier, or allow more."


@dataclass(frozen=True)
class Bounds:
    """What a statement may take, and how much it may give.

    Attributes
    ----------
    memory_mb, seconds
        Most memory and time of its process.
    rows, result_mb
        Most rows and mebibytes of its result.
    """

    memory_mb: int = 2048
    seconds: float = 60
    rows: int = 1_000_000
    result_mb: int = 512


def select(
    folder: Path,
    manifest: snapshot.Manifest,
    text: str,
    values: Mapping[str, Any] | None = None,
    *,
    scope: Scope,
    bounds: Bounds | None = None,
) -> pa.Table:
    """Run an analyst's statement.

    Parameters
    ----------
    folder
        The project's folder.
    manifest
        The snapshot; its stages are catalogs, such as `warehouse.fact_order`.
    text
        One SELECT statement; `FROM`, `WITH`, `VALUES`, `DESCRIBE` and `SUMMARIZE` count as such.
    values
        Values of its `$name` parameters.
    scope
        Who asks; only who may see every record and region sees the stage files.
    bounds
        What it may take and give.

    Returns
    -------
    pa.Table
        What it found.

    Raises
    ------
    AccessError
        If the scope may not see everything.
    QueryError
        If DuckDB refuses the statement, with its line and column; or it takes or gives too much.
    """
    if not scope.record_rights or scope.regions:
        msg = (
            f"The scope '{scope.name}' sees a part of the data, and SQL would show all of it. Ask by measures instead."
        )
        raise AccessError(msg)
    bounds = bounds or Bounds()
    files = {stage: str(folder / snapshot.FOLDER / file.file) for stage, file in manifest.stages.items()}
    room = Path(tempfile.mkdtemp(prefix="gcrm-sql-"))
    try:
        limits = process.Limits(bounds.memory_mb, bounds.seconds)
        process.run(answer, files, text, dict(values or {}), str(room), bounds, limits=limits)
        with pa.OSFile(str(room / _FILE)) as file:
            return pa.ipc.open_file(file).read_all()
    except process.ProcessStoppedError as error:
        raise _stopped(error, bounds) from error
    finally:
        shutil.rmtree(room, ignore_errors=True)


def answer(files: Mapping[str, str], text: str, values: Mapping[str, Any], room: str, bounds: Bounds) -> None:
    """Run a statement and leave its result in a file; what the process of its own does.

    Parameters
    ----------
    files
        Stage -> its file.
    text, values
        The statement and its parameters.
    room
        Folder of the result and of what does not fit into memory.
    bounds
        What it may give.

    Raises
    ------
    QueryError
        If DuckDB refuses the statement, or it gives too much.
    """
    with _locked(files, Path(room), bounds) as con:
        _run(con, text, values, Path(room), bounds)


def _locked(files: Mapping[str, str], room: Path, bounds: Bounds) -> duckdb.DuckDBPyConnection:
    """Open the stage files, and shut every other way."""
    memory_mb = max(bounds.memory_mb * 6 // 10, 64)  # the rest is Python's, the result's and what DuckDB does not count
    con = sql.connect(spatial=True, memory_limit=f"{memory_mb}MiB", temp_folder=room / "spill")
    for stage, path in files.items():
        snapshot.attach_file(con, Path(path), stage)
    con.execute(f"SET max_temp_directory_size = '{4 * bounds.memory_mb}MiB'")
    con.execute("SET errors_as_json = true")
    con.execute("SET allow_community_extensions = false")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con


def _run(con: duckdb.DuckDBPyConnection, text: str, values: Mapping[str, Any], room: Path, bounds: Bounds) -> None:
    try:
        statement = _single(con, text)
        found = con.execute(statement, dict(values)) if values else con.execute(statement)
        _keep(found.to_arrow_reader(_BATCH), room / _FILE, bounds)
    except (duckdb.Error, pa.ArrowException, OSError) as error:  # the latter two while the result is streamed
        raise QueryError(_mistake(con, text, str(error), bounds)) from None


def _single(con: duckdb.DuckDBPyConnection, text: str) -> duckdb.Statement:
    """Return the one statement of a text, where it only reads the snapshot."""
    statements = con.extract_statements(text)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        kinds = ", ".join(dict.fromkeys(str(s.type).rpartition(".")[2] for s in statements)) or "nothing"
        what = "this is " + kinds if len(statements) < 2 else f"these are {len(statements)} statements ({kinds})"
        hint = " PIVOT needs its values: FROM (PIVOT ... ON ... IN (...))." if "PIVOT" in text.upper() else ""
        msg = f"SQL here is one SELECT, and {what}. Nothing can be changed or loaded.{hint}"
        raise QueryError(msg)
    row = con.execute("SELECT json_serialize_sql($text)", {"text": statements[0].query}).fetchone()
    tree = json.loads(row[0]) if row else {"error": True}
    if tree.get("error"):
        msg = "SQL here is one SELECT, and this is a command that is not part of it."
        raise QueryError(msg)
    for node in _nodes(tree):
        if node.get("type") == "TABLE_FUNCTION":
            name = str(node.get("function", {}).get("function_name", "")).lower()
            if name not in _TABLE_FUNCTIONS:
                msg = f"The table function '{name}' may not be used here: SQL reads the snapshot and nothing else."
                raise QueryError(msg)
    return statements[0]


def _nodes(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every node of a parsed statement."""
    open_nodes: list[Any] = [tree]
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, dict):
            yield node
            open_nodes += node.values()
        elif isinstance(node, list):
            open_nodes += node


def _keep(reader: pa.RecordBatchReader, path: Path, bounds: Bounds) -> None:
    """Write the result batch by batch, and stop where it becomes too large."""
    rows = size = 0
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, reader.schema) as writer:
        for batch in reader:
            rows += batch.num_rows
            size += batch.nbytes
            if rows > bounds.rows or size > bounds.result_mb * _MB:
                most = f"{bounds.rows:,} rows" if rows > bounds.rows else f"{bounds.result_mb:,} MB"
                msg = f"The result has more than {most}. Select or group less finely, add a LIMIT, or allow more."
                raise QueryError(msg)
            writer.write_batch(batch)


def _stopped(error: process.ProcessStoppedError, bounds: Bounds) -> QueryError:
    words = {
        "memory": f"took more than {bounds.memory_mb} MB of memory and was stopped.{_LESS}",
        "time": f"took longer than {bounds.seconds:g} s and was stopped.{_LESS}",
        "died": f"brought its process down, which may hold {bounds.memory_mb} MB.{_LESS}",
    }
    return QueryError(f"The statement {words[error.why]}")


def _mistake(con: duckdb.DuckDBPyConnection, text: str, found: str, bounds: Bounds) -> str:
    """Say in one line what DuckDB found, and where."""
    try:
        told = json.loads(found[found.index("{") :])
    except ValueError:
        return f"SQL: {(found.splitlines() or ['it failed.'])[0]}"
    if told.get("exception_type") == "Out of Memory":
        return f"The statement needs more than {bounds.memory_mb} MB of memory.{_LESS}"
    lines = str(told.get("exception_message", "")).splitlines() or [str(told.get("exception_type", "error"))]
    if told.get("error_subtype") == "MISSING_ENTRY" and told.get("type") == "Table":
        message = f"There is no table '{told['name']}'.{_near_table(con, str(told['name']))}"
    elif lines[0].endswith("does not exist.") and " because schema " in lines[0]:
        name = lines[0].partition('"')[2].partition('"')[0]
        message = f"There is no table '{name}'.{_near_table(con, name)}"
    else:
        message = " ".join(line.strip() for line in lines if line.strip())
    return f"SQL{_place(text, told.get('position'))}: {message}"


def _place(text: str, position: str | None) -> str:
    """Return the line and column of a position, which DuckDB counts in bytes."""
    if position is None:
        return ""
    before = text.encode()[: int(position)].decode(errors="ignore")
    return f", line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"


def _near_table(con: duckdb.DuckDBPyConnection, name: str) -> str:
    """Name the table that comes closest, as it is addressed."""
    try:
        rows = con.execute(
            "SELECT table_name, database_name || '.' || table_name FROM duckdb_tables() UNION ALL"
            " SELECT view_name, database_name || '.' || view_name FROM duckdb_views() WHERE NOT internal"
        ).fetchall()
    except duckdb.Error:
        return ""
    known = dict(rows)
    close = difflib.get_close_matches(name.rpartition(".")[2], known, n=1)
    return f" Did you mean '{known[close[0]]}'?" if close else near(name, known.values())
