"""A PostgreSQL database as a source: one transaction that only reads, rows streamed out as text, types as declared.

Every message says what happened in words of its own: what the server or the driver says may hold the address, the user
or a value.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm.errors import DependencyError, SourceError, near

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import psycopg

    from gcrm.settings import Source

#: Longest time to wait for a connection, in seconds, where the URL names none.
_PATIENCE_S = 15
_MISSING = "its rows are in PostgreSQL, for which a package is missing. Install it: pip install 'gcrm[postgres]'"
#: How the session writes values.
_SESSION = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "iso_8601",
    "extra_float_digits": "1",
    "bytea_output": "hex",
}
_DAYS = "{0} BETWEEN '0001-01-01' AND '9999-12-31 23:59:59.999999'"
_COMMON = f"CASE WHEN {_DAYS} THEN {{0}} WHEN {{0}} IS NOT NULL THEN 'infinity' END"
_UTC = "({0} AT TIME ZONE 'UTC')"
#: PostgreSQL's name of a type -> how a value is selected, and the type it has here. Days and times that four digits
#: cannot name become infinite, which ingest rejects. Whatever else is there comes as text, without loss.
_TYPES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("int2", "int4", "int8", "oid"), ("{0}", "BIGINT")),
    **dict.fromkeys(("float4", "float8"), ("{0}", "DOUBLE")),
    "bool": ("{0}", "BOOLEAN"),
    "date": (_COMMON, "DATE"),
    "timestamp": (_COMMON, "TIMESTAMP"),
    "timestamptz": (_COMMON.replace("{0}", _UTC), "TIMESTAMP"),
    "money": ("{0}::numeric", "VARCHAR"),
    "bytea": ("encode({0}, 'hex')", "BLOB"),
    "geometry": ("{0}::text", "BLOB"),
    "geography": ("{0}::text", "BLOB"),
}
_OTHER: tuple[str, str] = ("{0}::text", "VARCHAR")
#: Longest row, as text. What is longer is no record of a company's.
LONGEST = 16 << 20
_BUFFER = 1 << 20
_TABLES = """
    SELECT c.oid::bigint, n.nspname, c.relname, pg_catalog.pg_table_is_visible(c.oid)
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
"""
_KEY = """
    SELECT a.attname FROM pg_catalog.pg_index AS i
    CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (number, place)
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number
    WHERE i.indrelid = %s AND i.indisprimary ORDER BY k.place
"""
#: What a server says that lets nobody in, by the class of the code that it means.
_SAID = {
    "28": ("authentication failed", "no password supplied", "pg_hba.conf", "role"),
    "3D": ("does not exist",),
    "53": ("too many clients", "connection slots"),
}
#: What went wrong, by the class of the server's code, and what to do.
_CLASSES = {
    "28": "the server does not let the user in. Check user and database in the URL, and the password in PGPASSWORD, "
    "~/.pgpass or the service file.",
    "3D": "the server has no such database. Check the URL.",
    "53": "the server has no room for one more connection. Try again later.",
    "57": "the server shuts down, or has ended the query. Try again later.",
    "40": "the server could not keep the rows still while they were read. Try again later.",
    "22021": "its text does not fit the encoding of the database. Bring it to UTF-8 there, or leave the column out.",
    "25": "the query wants to change something: gcrm only reads. Write a SELECT.",
    "0A": "the query does something that cannot be read from. Write a SELECT.",
}


@dataclass(frozen=True)
class RemoteColumn:
    """A column of a table or query.

    Attributes
    ----------
    name
        Its name.
    remote
        PostgreSQL's name of its type.
    type
        DuckDB's name of the type that it has here.
    """

    name: str
    remote: str
    type: str


@dataclass(frozen=True)
class Remote:
    """A table or query, looked at but not yet read.

    Attributes
    ----------
    columns
        Its columns, in order.
    body
        What stands after FROM.
    order
        What stands after ORDER BY, so that the same rows come in the same order; empty where the query has its own.
    """

    columns: tuple[RemoteColumn, ...]
    body: str
    order: str


@dataclass(frozen=True)
class Copied:
    """What a file of copied rows holds.

    Attributes
    ----------
    digest
        SHA-256 of the file.
    longest
        Bytes of the longest row.
    """

    digest: str
    longest: int


@dataclass(frozen=True)
class Session:
    """A transaction in which a source is read.

    Attributes
    ----------
    name, source
        The source.
    connection
        The open connection.
    """

    name: str
    source: Source
    connection: psycopg.Connection[Any]

    def refuse(self, found: str) -> SourceError:
        """Return the error that says what was found in this source, and what to do; it never holds the URL."""
        return SourceError(f"Source '{self.name}' ({self.source.place}): {found}")


@contextmanager
def open_session(name: str, source: Source) -> Iterator[Session]:
    """Open a transaction that only reads and sees the database as it is now, whatever others write meanwhile.

    Parameters
    ----------
    name, source
        The source.

    Yields
    ------
    Session
        The transaction; what the server refuses in it becomes an error of the source.

    Raises
    ------
    DependencyError
        If the driver is not installed.
    SourceError
        If the server cannot be reached, does not let the user in, or refuses what is asked.
    """
    where = f"Source '{name}' ({source.place}):"
    try:
        import psycopg  # noqa: PLC0415 (an optional package)
    except ImportError:
        msg = f"{where} {_MISSING}"
        raise DependencyError(msg) from None
    url = str(source.database)
    patience: dict[str, Any] = {} if "connect_timeout" in url else {"connect_timeout": _PATIENCE_S}
    try:
        with psycopg.connect(url, application_name="gcrm", client_encoding="UTF8", **patience) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            for setting, value in _SESSION.items():
                connection.execute("SELECT pg_catalog.set_config(%s, %s, true)", [setting, value])
            yield Session(name, source, connection)
    except psycopg.Error as error:
        msg = f"{where} {_say(error)}"
        raise SourceError(msg) from None


def _say(error: psycopg.Error) -> str:
    """Say what went wrong; the server's own words only where they are about the query, never about a value."""
    # Where no connection comes about the driver knows no code, only what the server said.
    code = error.sqlstate or next((c for c, words in _SAID.items() if any(w in str(error) for w in words)), "")
    if not code or code.startswith("08"):
        return (
            "the database cannot be reached, or ended the connection. Check the host and port in the URL, that the "
            "server runs, and the password in PGPASSWORD or ~/.pgpass where it wants one."
        )
    if code == "42501":
        return f"the user has no right to read it: {error.diag.message_primary}."
    if code.startswith("42"):
        place = f" at character {error.diag.statement_position}" if error.diag.statement_position else ""
        return f"the server does not understand what it is asked{place}: {error.diag.message_primary}."
    return _CLASSES.get(code) or _CLASSES.get(code[:2], f"the server stopped with the code {code}.")


def look(session: Session) -> Remote:
    """Find the columns of the table or query of a source.

    Parameters
    ----------
    session
        The open transaction.

    Returns
    -------
    Remote
        What can be read.

    Raises
    ------
    SourceError
        If there is no such table, the query is none, or two of its columns have the same name.
    """
    source = session.source
    if source.table is None:
        text = str(source.query).strip().rstrip(";")
        return Remote(_columns(session, text), f"({text}\n)", "")
    oid, schema, table = _table(session, source.table)
    body = f"{quoted(schema)}.{quoted(table)}"
    key = ", ".join(f"q.{quoted(row[0])}" for row in session.connection.execute(_KEY, [oid]).fetchall())
    return Remote(_columns(session, f"SELECT * FROM {body}"), body, key or 'q::text COLLATE "C"')


def quoted(name: str) -> str:
    """Return a name quoted as an identifier of PostgreSQL."""
    return '"' + name.replace('"', '""') + '"'


def _table(session: Session, wanted: str) -> tuple[int, str, str]:
    """Find a table by its name in SQL, or letter by letter as it stands in gcrm.toml."""
    from psycopg import Error  # noqa: PLC0415

    tables = session.connection.execute(_TABLES).fetchall()
    try:
        with session.connection.transaction():
            row = session.connection.execute("SELECT pg_catalog.to_regclass(%s)::oid::bigint", [wanted]).fetchone()
    except Error:
        row = None  # no name in SQL
    oid = row[0] if row else None
    spellings = (
        lambda number, _name, _visible: number == oid,
        lambda _number, name, _visible: f"{name[0]}.{name[1]}" == wanted,
        lambda _number, name, visible: visible and name[1] == wanted,
    )
    for fits in spellings:
        for number, schema, table, visible in tables:
            if fits(number, (schema, table), visible):
                return number, schema, table
    msg = f"the database has no table '{wanted}', or the user may not see it."
    raise session.refuse(msg + near(wanted, [f"{schema}.{table}" for _, schema, table, _ in tables]))


def _columns(session: Session, statement: str) -> tuple[RemoteColumn, ...]:
    """Let the server take one statement apart, without running it; several at once are none."""
    from psycopg import errors, pq  # noqa: PLC0415

    raw = session.connection.pgconn
    result = raw.prepare(b"", statement.encode())
    if result.status == pq.ExecStatus.COMMAND_OK:
        result = raw.describe_prepared(b"")
    if result.status != pq.ExecStatus.COMMAND_OK:
        raise errors.error_from_result(result)
    names = [(result.fname(i) or b"").decode() for i in range(result.nfields)]
    if not names:
        msg = "its query brings no columns. Write a SELECT."
        raise session.refuse(msg)
    name, count = Counter(names).most_common(1)[0]
    if count > 1:
        msg = f"it has the column '{name}' more than once. Give every column a name of its own by AS."
        raise session.refuse(msg)
    oids = [result.ftype(i) for i in range(result.nfields)]
    query = "SELECT oid::bigint, typname FROM pg_catalog.pg_type WHERE oid = ANY (%s::oid[])"
    types = dict(session.connection.execute(query, [oids]).fetchall())
    remotes = [str(types.get(oid)) for oid in oids]
    return tuple(RemoteColumn(n, r, _TYPES.get(r, _OTHER)[1]) for n, r in zip(names, remotes, strict=True))


def copy(session: Session, remote: Remote, draft: Path, condition: str = "") -> Copied:
    r"""Write the rows as CSV without a header, with `\N` for null.

    Parameters
    ----------
    session
        The open transaction.
    remote
        The table or query.
    draft
        The file to write.
    condition
        What stands after WHERE; empty for all rows.

    Returns
    -------
    Copied
        What the file holds.

    Raises
    ------
    SourceError
        If a row is longer than a file may hold.
    """
    chosen = ", ".join(_TYPES.get(c.remote, _OTHER)[0].replace("{0}", f"q.{quoted(c.name)}") for c in remote.columns)
    query = f"SELECT {chosen} FROM {remote.body} AS q"
    query += f" WHERE {condition}" if condition else ""
    query += f" ORDER BY {remote.order}" if remote.order else ""
    statement = f"COPY ({query}) TO STDOUT (FORMAT csv, NULL '\\N')"
    digest, longest = hashlib.sha256(), 0
    with (
        draft.open("wb", buffering=_BUFFER) as out,
        session.connection.cursor() as cursor,
        cursor.copy(statement.encode()) as rows,
    ):
        for number, row in enumerate(rows, 1):
            if len(row) > LONGEST:
                msg = f"row {number} is longer than {LONGEST >> 20} MB. Leave its large column out by a query."
                raise session.refuse(msg)
            longest = max(longest, len(row))
            digest.update(row)
            out.write(row)
    return Copied(digest.hexdigest(), longest)
