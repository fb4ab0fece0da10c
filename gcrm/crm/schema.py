"""The schema of the store: made and brought up to date by Alembic, one process at a time, or refused where newer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from gcrm.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gcrm.crm.engine import Door

#: The revision that this program reads and writes: the newest of migrations/versions.
HEAD = "0004"
_TABLE = "alembic_version"


def stands(door: Door) -> bool:
    """Say whether the database holds a store, of whatever revision."""
    with door.reading() as con:
        return revision(con, door.namespace) is not None


def revision(con: Connection, namespace: str) -> str | None:
    """Return the revision of the store that a database holds; null where it holds none."""
    if not inspect(con).has_table(_TABLE, schema=namespace or None):
        return None
    found = con.execute(text(f"SELECT version_num FROM {_TABLE}")).scalar()
    return None if found is None else str(found)


def migrate(door: Door) -> None:
    """Bring the store to the revision of this program; where it is there already, nothing is written.

    Raises
    ------
    StoreError
        If the store is newer than this program, or the database belongs to something else.
    """
    with door.reading() as con:
        if revision(con, door.namespace) == HEAD:
            return
    if not door.is_postgresql:
        with door.alone() as con:
            con.exec_driver_sql("PRAGMA journal_mode = WAL")
    with door.writing() as con:
        found = revision(con, door.namespace)  # again: another process may have been faster
        if found == HEAD:
            return
        _check(con, door, found)
        _upgrade(con)


def _check(con: Connection, door: Door, found: str | None) -> None:
    """Refuse what must not be touched; make the PostgreSQL schema."""
    if found is not None and found > HEAD:
        msg = (
            f"The operational store ({door.place}) was written by a newer gcrm: its schema is {found}, "
            f"this program knows {HEAD}. Install the newer gcrm; nothing was changed."
        )
        raise StoreError(msg)
    if door.is_postgresql:
        con.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{door.namespace}"'))
    if found is None and inspect(con).get_table_names(schema=door.namespace or None):
        msg = (
            f"The database of the operational store ({door.place}) holds tables of another program. "
            "Name another file, database or [crm] namespace; nothing was changed."
        )
        raise StoreError(msg)


def _upgrade(con: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - slow to import, and needed once per revision only
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = con
    command.upgrade(config, HEAD)
