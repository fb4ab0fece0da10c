"""The one way into DuckDB: connections that are locked to this machine, and SQL kept in files.

A stage's SQL stands in `.sql` files beside its module, one table per file, its grain in the first line, values only as
`$name`. Nothing is ever downloaded: the spatial extension is loaded by path from its wheel.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import duckdb

from gcrm import processors
from gcrm.errors import DependencyError, InternalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Extension files whose signature DuckDB has checked in this process, each as it was then. It reads all 80 MB for that.
_signed: set[tuple[str, int, int, int]] = set()
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


def connect(
    *, spatial: bool = False, memory_limit: str | None = None, temp_folder: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Open an in-memory DuckDB to which stage files can be attached.

    Parameters
    ----------
    spatial
        Load the spatial extension.
    memory_limit
        Upper bound of DuckDB's own memory, such as `2GB`; DuckDB's default (80 % of the machine's) where null.
    temp_folder
        Where DuckDB spills what does not fit into memory.

    Returns
    -------
    duckdb.DuckDBPyConnection
        A connection that neither downloads extensions nor reads Python variables by name.

    Raises
    ------
    DependencyError
        If the wheel with the spatial extension is missing or made for another DuckDB.
    SettingsError
        If `GCRM_THREADS` is no number of threads.
    """
    config: dict[str, Any] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
        "preserve_insertion_order": False,
    }
    signed = spatial and _stamp() in _signed
    if signed:
        config["allow_unsigned_extensions"] = True  # until it is loaded: false for good is set below
    if memory_limit is not None:
        config["memory_limit"] = memory_limit
    if temp_folder is not None:
        config["temp_directory"] = str(temp_folder)
    if (threads := processors.allowed()) is not None:
        config["threads"] = threads
    con = duckdb.connect(":memory:", config=config)
    with suppress(duckdb.InvalidInputException):  # Jupyter without ipywidgets: there is no bar, and none to set
        con.execute("SET enable_progress_bar = false")  # only the command line writes to the screen
    if spatial:
        load_spatial(con)
        _signed.add(_stamp())
    if signed:
        con.execute("SET allow_unsigned_extensions = false")
    return con


def _stamp() -> tuple[str, int, int, int]:
    """Return what tells the file of the spatial extension from any other that may take its place."""
    path = _spatial_path()
    found = path.stat()
    return str(path), found.st_ino, found.st_size, found.st_mtime_ns


def load_spatial(con: duckdb.DuckDBPyConnection) -> None:
    """Load the spatial extension from its wheel.

    Raises
    ------
    DependencyError
        If the wheel is missing or made for another DuckDB.
    """
    try:
        con.load_extension(str(_spatial_path()))
    except duckdb.Error as error:
        msg = (
            f"DuckDB {duckdb.__version__} cannot load its spatial extension ({type(error).__name__}). "
            f"Install the matching wheel: pip install duckdb-extension-spatial=={duckdb.__version__}"
        )
        raise DependencyError(msg) from error


@cache
def _spatial_path() -> Path:
    """Find `spatial.duckdb_extension` inside its wheel."""
    try:
        root = resources.files("duckdb_extension_spatial")
    except ModuleNotFoundError:
        root = None
    found = sorted(Path(str(root)).rglob("spatial.duckdb_extension")) if root is not None else []
    if not found:
        msg = (
            "The wheel with DuckDB's spatial extension is not installed: "
            f"pip install duckdb-extension-spatial=={duckdb.__version__}"
        )
        raise DependencyError(msg)
    return found[0]


def one_file(path: Path) -> str:
    """Return what DuckDB's readers take for this file and no other: they read `*`, `?` and `[` as patterns.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    str
        The path, with such characters each in brackets.
    """
    return re.sub(r"[*?\[]", lambda found: f"[{found[0]}]", str(path))


def identifier(name: str) -> str:
    """Return `name` quoted as an SQL identifier.

    Raises
    ------
    InternalError
        If the name is not a plain word: identifiers come from the catalog or from checked settings only.
    """
    if not _IDENTIFIER.fullmatch(name):
        msg = "an SQL identifier that is not a plain word"
        raise InternalError(msg)
    return f'"{name}"'


def literal(value: str) -> str:
    """Return `value` quoted as an SQL string, for the statements that take no parameters (ATTACH, COMMENT ON)."""
    return "'" + value.replace("'", "''") + "'"


@cache
def read(package: str, name: str) -> str:
    """Return the text of the file `name`.sql beside the modules of `package`."""
    return resources.files(package).joinpath(f"{name}.sql").read_text(encoding="utf-8")


def run(con: duckdb.DuckDBPyConnection, package: str, name: str, values: Mapping[str, Any] | None = None) -> int:
    """Run the file `name`.sql of `package`, statement by statement.

    Parameters
    ----------
    con
        Connection with the stages attached that the file reads and writes.
    package
        Dotted name of the package the file lies in.
    name
        File name without `.sql`.
    values
        Values of the `$name` parameters; each statement gets those it names.

    Returns
    -------
    int
        Rows written by the last statement.
    """
    count = 0
    for statement in con.extract_statements(read(package, name)):
        wanted = {k: v for k, v in (values or {}).items() if k in statement.named_parameters}
        row = con.execute(statement, wanted).fetchone()
        count = int(row[0]) if row and isinstance(row[0], int) else 0
    return count


def number(con: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, Any] | None = None) -> int:
    """Ask a question that one whole number answers.

    Parameters
    ----------
    con
        Connection with the tables that are asked.
    query
        A query of one row and one column.
    values
        Values of the `$name` parameters.

    Returns
    -------
    int
        The number; 0 where there is no row, or null in it.
    """
    row = con.execute(query, values or {}).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def comment(con: duckdb.DuckDBPyConnection, table: str, grain: str, columns: Mapping[str, str]) -> None:
    """Write the meaning of a table and of its columns into the catalog; the data dictionary is made of it.

    Parameters
    ----------
    con
        Connection with the table's catalog attached.
    table
        Name with its catalog, such as `warehouse.dim_customer`.
    grain
        "One row per ...".
    columns
        Column name -> meaning.
    """
    together(con, comments(table, grain, columns))


def comments(
    name: str, grain: str, columns: Mapping[str, str], *, kind: Literal["TABLE", "VIEW"] = "TABLE"
) -> list[str]:
    """Write the statements that say what a table or view and its columns mean.

    Parameters
    ----------
    name
        Name with its catalog, such as `warehouse.dim_customer`.
    grain
        "One row per ...".
    columns
        Column name -> meaning.
    kind
        What it is.

    Returns
    -------
    list of str
        Statements.
    """
    target = ".".join(identifier(part) for part in name.split("."))
    found = [f"COMMENT ON {kind} {target} IS {literal(grain)}"]
    return found + [f"COMMENT ON COLUMN {target}.{identifier(n)} IS {literal(text)}" for n, text in columns.items()]


def together(con: duckdb.DuckDBPyConnection, statements: Iterable[str]) -> None:
    """Run statements as one: each by itself would wait for the disk."""
    con.execute(";".join(["BEGIN", *statements, "COMMIT"]))
