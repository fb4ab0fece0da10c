"""The way into the store's database: SQLite beside the project, or PostgreSQL by URL; transactions and clear errors."""

from __future__ import annotations

import json
import random
import sqlite3
import time
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, SQLAlchemyError

from gcrm.crm.fault import BUSY, WAIT_S, say
from gcrm.errors import DependencyError, InternalError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gcrm.settings.crm import Crm

FILE_NAME = "crm.sqlite"
_PAUSE_S = (0.0005, 0.004)
_TURN = "gcrm_turn"
#: A connection that was not used for so long is asked whether it still stands.
_IDLE_S = 5.0


@dataclass(frozen=True)
class Door:
    """An engine, and what to call the database in a message.

    Attributes
    ----------
    engine
        SQLAlchemy's engine.
    place
        File, or host and database; never a password.
    namespace
        PostgreSQL schema of the tables; empty for SQLite.
    """

    engine: Engine
    place: str
    namespace: str

    @property
    def is_postgresql(self) -> bool:
        """Whether the database is PostgreSQL."""
        return bool(self.namespace)

    @contextmanager
    def reading(self, *, at_one_moment: bool = False) -> Iterator[Connection]:
        """Give a connection that reads; where asked for, all its queries see the same moment."""
        with self._speaking(), self.engine.connect() as con:
            if self.is_postgresql and at_one_moment:
                con.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with con.begin():
                yield con

    @contextmanager
    def writing(self, *, at_once: bool = True) -> Iterator[Connection]:
        """Give a connection that writes; it commits at the end, and undoes everything on an exception.

        It alone may write from the beginning; or, in PostgreSQL and where that is enough, from `take_turn` on.
        """
        with self._speaking(), self.engine.connect() as con:
            con.execution_options(**{_TURN: "write"})
            with con.begin():
                if at_once:
                    self.take_turn(con)
                yield con

    def take_turn(self, con: Connection) -> None:
        """Wait until nobody else writes; the turn ends with the transaction."""
        if self.is_postgresql:
            con.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": zlib.crc32(self.namespace.encode())})

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """Give a connection outside any transaction, for what cannot run inside one."""
        with self._speaking(), self.engine.connect() as con:
            # SQLite's driver begins nothing by itself, see _prepare; asking it for AUTOCOMMIT would undo that.
            yield con.execution_options(
                **({"isolation_level": "AUTOCOMMIT"} if self.is_postgresql else {_TURN: "none"})
            )

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """Say in a sentence what the database complains about; what was to be stored stays out of it."""
        try:
            yield
        except DBAPIError as error:
            raise StoreError(say(error, self.place)) from error.orig
        except SQLAlchemyError as error:
            msg = f"the operational store met an error it should not ({type(error).__name__})"
            raise InternalError(msg) from error


def sqlite(path: Path) -> Door:
    """Return the door to a SQLite file; it is made when the door is first used."""
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        connect_args={"timeout": WAIT_S, "check_same_thread": False},
        json_serializer=_dumps,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return Door(engine, str(path), "")


def postgresql(crm: Crm) -> Door:
    """Return the door to a PostgreSQL database.

    Raises
    ------
    DependencyError
        If psycopg is not installed.
    StoreError
        If the URL cannot be understood.
    """
    try:
        url = make_url(crm.url).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        msg = "[crm] url cannot be understood. Write it like 'postgresql://user@host/database'."
        raise StoreError(msg) from None
    own = f"-csearch_path={crm.namespace} -clock_timeout={int(WAIT_S * 1000)} -ctimezone=UTC"
    given = url.query.get("options", "")
    options = f"{given if isinstance(given, str) else ' '.join(given)} {own}".strip()
    try:
        engine = create_engine(
            url.difference_update_query(["options"]),
            connect_args={"options": options, "connect_timeout": 10, "application_name": "gcrm"},
            isolation_level="READ COMMITTED",  # a writer must see what was committed while it waited for its turn
            json_serializer=_dumps,
        )
    except ModuleNotFoundError:
        msg = "The operational store lies in PostgreSQL, and psycopg is not installed: pip install 'gcrm[postgres]'"
        raise DependencyError(msg) from None
    event.listen(engine, "checkin", _put_down)
    event.listen(engine, "checkout", _pick_up)
    host = url.host or url.query.get("host") or "this machine"
    return Door(
        engine, f"PostgreSQL on {host}{f':{url.port}' if url.port else ''}, database {url.database}", crm.namespace
    )


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _prepare(con: sqlite3.Connection, _record: Any) -> None:
    """Set up a new SQLite connection."""
    con.isolation_level = None  # transactions begin where we say so
    for pragma in ("foreign_keys = ON", "secure_delete = ON", "synchronous = FULL", "trusted_schema = OFF"):
        con.execute(f"PRAGMA {pragma}")


def _put_down(_con: Any, record: Any) -> None:
    """Note when a connection was used last."""
    record.info["used"] = time.monotonic()


def _pick_up(con: Any, record: Any, _proxy: Any) -> None:
    """Ask a connection that has lain idle whether the server still knows it; the pool replaces it where not."""
    if time.monotonic() - record.info.get("used", time.monotonic()) < _IDLE_S:
        return
    try:
        con.autocommit = True
        con.execute("SELECT 1")
        con.autocommit = False
    except Exception as error:
        raise DisconnectionError from error


def _begin(con: Connection) -> None:
    """Begin a transaction; one that writes takes its turn at once, so that nothing can be refused later."""
    turn = con.get_execution_options().get(_TURN, "read")
    if turn == "read":
        con.exec_driver_sql("BEGIN")
    if turn != "write":
        return
    raw: Any = con.connection.dbapi_connection
    end = time.monotonic() + WAIT_S
    raw.execute("PRAGMA busy_timeout = 0")
    try:
        while not _take_turn(raw, last=time.monotonic() > end):
            # SQLite's own waiting backs off to 100 ms and starves some writers; short random pauses do not.
            time.sleep(random.uniform(*_PAUSE_S))  # noqa: S311 - no secret
    except sqlite3.Error as error:
        statement = "BEGIN IMMEDIATE"
        raise DBAPIError.instance(statement, None, error, sqlite3.Error, dialect=con.dialect) from error
    finally:
        raw.execute(f"PRAGMA busy_timeout = {int(WAIT_S * 1000)}")


def _take_turn(raw: sqlite3.Connection, *, last: bool) -> bool:
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if last or error.sqlite_errorcode & 0xFF not in BUSY:
            raise
        return False
    return True
