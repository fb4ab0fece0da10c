"""The portable snapshot: one DuckDB file with a schema per stage, which any DuckDB opens without gcrm."""

from __future__ import annotations

import json
import os
import uuid
from typing import TYPE_CHECKING

import duckdb

from gcrm import sql
from gcrm.errors import ProjectError
from gcrm.warehouse import snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from gcrm.warehouse.reader import Reader

_CATALOG = "portable"
_MANIFEST = {
    "sequence": "Number of the snapshot.",
    "id": "Hash of what the stages were made from.",
    "created": "When it was published, ISO 8601 in UTC.",
    "code_version": "Version of gcrm that published it.",
    "settings": "The settings it was built with, as JSON.",
}


def export(reader: Reader, target: Path) -> None:
    """Write a snapshot as one file: `warehouse.fact_order` is a table of the schema `warehouse` there.

    Parameters
    ----------
    reader
        The opened snapshot.
    target
        File to write; it appears whole or not at all.

    Raises
    ------
    ProjectError
        If the file is there already, or cannot be written.
    """
    if target.exists():
        raise _taken(target)
    draft = target.with_name(f".{target.name}.{uuid.uuid4().hex}.tmp")
    try:
        _write(reader, draft)
        snapshot.sync(draft)
        _name(draft, target)
        snapshot.sync(target.parent)
    except FileExistsError:
        raise _taken(target) from None
    except (OSError, duckdb.Error) as error:
        why = error.strerror if isinstance(error, OSError) else str(error).splitlines()[0]
        msg = f"{target} cannot be written: {why}. Nothing was exported."
        raise ProjectError(msg) from error
    finally:
        for left in (draft, draft.with_name(draft.name + ".wal")):
            left.unlink(missing_ok=True)


def _taken(target: Path) -> ProjectError:
    return ProjectError(f"{target} is there already, and is not overwritten. Name another file, or delete it first.")


def _name(draft: Path, target: Path) -> None:
    """Give the draft its name, unless somebody has taken it."""
    if os.name == "nt":
        draft.rename(target)  # On Windows a rename never replaces.
    else:
        os.link(draft, target)


def _write(reader: Reader, draft: Path) -> None:
    con = reader.cursor()
    con.execute(f"ATTACH {sql.literal(str(draft))} AS {_CATALOG}")
    try:
        _note(con, reader.manifest)
        for stage in reader.manifest.stages:
            con.execute(f"CREATE SCHEMA {_CATALOG}.{sql.identifier(stage)}")
            for table, grain in con.execute(
                "SELECT table_name, comment FROM duckdb_tables() WHERE database_name = $stage AND schema_name = 'main' "
                "ORDER BY table_name",
                {"stage": stage},
            ).fetchall():
                _copy(con, stage, table, grain)
        views = [text for stage in reader.manifest.stages for text in _views(con, stage)]
        con.execute(f"CHECKPOINT {_CATALOG}")
    finally:
        con.execute(f"DETACH {_CATALOG}")
    with duckdb.connect(str(draft)) as alone:  # beside the stages, `cube` would be a catalog and a schema
        sql.together(alone, views)


def _copy(con: duckdb.DuckDBPyConnection, stage: str, table: str, grain: str | None) -> None:
    """Copy one table of a stage, with what its columns mean."""
    source = f"{sql.identifier(stage)}.{sql.identifier(table)}"
    con.execute(f"CREATE TABLE {_CATALOG}.{source} AS FROM {source}")
    sql.comment(con, f"{_CATALOG}.{stage}.{table}", grain or "", _meanings(con, stage, table))


def _views(con: duckdb.DuckDBPyConnection, stage: str) -> list[str]:
    """Return the statements that make the views of a stage again, of the file's own tables, with what they mean."""
    views = "SELECT view_name, comment, sql FROM duckdb_views() WHERE database_name = $stage AND schema_name = 'main' "
    found = []
    for name, grain, text in con.execute(views + "AND NOT internal ORDER BY 1", {"stage": stage}).fetchall():
        statement = text.partition(" AS ")[2].rstrip().removesuffix(";")
        found.append(f"CREATE VIEW {sql.identifier(stage)}.{sql.identifier(name)} AS {statement}")
        found += sql.comments(f"{stage}.{name}", grain or "", _meanings(con, stage, name), kind="VIEW")
    return found


def _meanings(con: duckdb.DuckDBPyConnection, stage: str, table: str) -> dict[str, str]:
    """Return what the columns of a table or view mean."""
    found = con.execute(
        "SELECT column_name, comment FROM duckdb_columns() WHERE database_name = $stage AND table_name = $table "
        "AND schema_name = 'main' AND comment IS NOT NULL",
        {"stage": stage, "table": table},
    )
    return dict(found.fetchall())


def _note(con: duckdb.DuckDBPyConnection, manifest: snapshot.Manifest) -> None:
    """Write down which snapshot it is."""
    con.execute(f"CREATE SCHEMA {_CATALOG}.gcrm")
    con.execute(f"CREATE TABLE {_CATALOG}.gcrm.manifest ({', '.join(f'{name} VARCHAR' for name in _MANIFEST)})")
    values = [manifest.sequence, manifest.id, manifest.created, manifest.code_version, json.dumps(manifest.settings)]
    con.execute(f"INSERT INTO {_CATALOG}.gcrm.manifest VALUES (?, ?, ?, ?, ?)", values)
    sql.comment(con, f"{_CATALOG}.gcrm.manifest", "One row: the snapshot that the file is a copy of.", _MANIFEST)
