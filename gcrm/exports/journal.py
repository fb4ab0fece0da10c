"""The one way out: a file is written, its hash taken, and who took what is noted before the file gets its name."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gcrm import crm
from gcrm.errors import ExportError, GcrmError
from gcrm.exports.draft import draft
from gcrm.exports.geodata import DRIVERS, put_places
from gcrm.exports.table import format_of, put_tables, to_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gcrm.exports.project import Exportable, Project
    from gcrm.exports.table import Format

_CHUNK = 1 << 20


def save(
    ws: Project, what: str, content: Exportable, path: Path, *, overwrite: bool = False, actor: str | None = None
) -> crm.Export:
    """Write what was found to a file, and note who took it away.

    Parameters
    ----------
    ws
        The project.
    what
        What it is, in a word or two (`audience`, `assignments`, `query`).
    content
        Its rows and receipt: a result, rows of a statement, an audience, assignments.
    path
        The file; its ending says the format: csv, xlsx, parquet, and gpkg or geojson for what has places.
    overwrite
        Replace a file that is there; otherwise it is refused.
    actor
        Who takes it; the user of this machine where null.

    Returns
    -------
    crm.Export
        What the log says: rows, and a receipt with the question, its values, the snapshot, the version, and the hash
        and size of the file.

    Raises
    ------
    ExportError
        If the file is there, cannot be written, or its format cannot hold the content.
    StoreError
        If the log cannot be written: then there is no file either.
    """
    if path.suffix.lower() not in DRIVERS:
        format_of(path)
    noted: crm.Export | None = None
    try:
        with draft(path, overwrite=overwrite) as made:
            _put(content, made)
            noted = _note(ws, what, content, path.name, _digest(made), actor)
    except BaseException:
        if noted is not None:
            _withdraw(ws, noted, actor)
        raise
    return noted


def download(
    ws: Project,
    what: str,
    content: Exportable,
    format: Format,  # noqa: A002
    *,
    name: str,
    actor: str | None = None,
) -> bytes:
    """Return what was found as the content of a file, and note who took it away.

    Parameters
    ----------
    ws, what, content, actor
        As for `save`.
    format
        `csv`, `xlsx` or `parquet`.
    name
        Name that the file will have.

    Returns
    -------
    bytes
        The file's content.

    Raises
    ------
    ExportError
        If the format cannot hold the content.
    StoreError
        If the log cannot be written.
    """
    made = to_bytes(_tables(content, format), format)
    digest = {"sha256": hashlib.sha256(made).hexdigest(), "bytes": len(made)}
    _note(ws, what, content, name, digest, actor)
    return made


def journal(ws: Project, limit: int | None = None) -> pa.Table:
    """Return who exported what, the latest first.

    Parameters
    ----------
    ws
        The project.
    limit
        Most entries; null is all.

    Returns
    -------
    pa.Table
        One row per export: number, at (UTC), actor, what, rows, file, snapshot, sha256.
    """
    found = ws.crm.find(crm.Export, order_by="-id", limit=limit) if crm.exists(ws.folder, ws.settings) else []
    rows = [
        {
            "number": e.id,
            "at": e.created_at.replace(tzinfo=None, microsecond=0) if e.created_at else None,
            "actor": e.created_by,
            "what": e.what,
            "rows": e.rows,
            "file": e.path_name,
            "snapshot": e.receipt.get("snapshot"),
            "sha256": e.receipt.get("sha256"),
        }
        for e in found
    ]
    return pa.Table.from_pylist(rows, _JOURNAL)


_JOURNAL = pa.schema(
    {
        "number": pa.int64(),
        "at": pa.timestamp("s"),
        **dict.fromkeys(("actor", "what"), pa.string()),
        "rows": pa.int64(),
        **dict.fromkeys(("file", "snapshot", "sha256"), pa.string()),
    }
)


def _put(content: Exportable, path: Path) -> None:
    """Write the content to a draft."""
    if path.suffix.lower() not in DRIVERS:
        kind = format_of(path)
        put_tables(_tables(content, kind), path, kind)
        return
    frame = getattr(content, "geo", None)
    if frame is None:
        msg = f"This has no places, so it cannot be a {path.suffix} file. Export csv, xlsx or parquet."
        raise ExportError(msg)
    put_places(frame, path)


def _tables(content: Exportable, kind: str) -> pa.Table | Mapping[str, pa.Table]:
    """Return the one table, or for a workbook each table that there is, by title."""
    sheets: Mapping[str, pa.Table] | None = getattr(content, "sheets", None)
    return sheets if kind == "xlsx" and sheets else content.table


def _digest(path: Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return {"sha256": digest.hexdigest(), "bytes": path.stat().st_size}


def _note(
    ws: Project, what: str, content: Exportable, name: str, digest: dict[str, Any], actor: str | None
) -> crm.Export:
    """Write the entry of the log."""
    receipt = {**content.receipt, **digest, "scope": ws.scope.name, "manifest": ws.manifest.sequence}
    plain = "".join(c if c.isprintable() else "?" for c in name)[:200]
    entry = crm.Export(what=what, rows=content.table.num_rows, receipt=receipt, path_name=plain)
    with ws.crm.write(actor=actor or crm.local_actor()) as unit:
        return unit.add(entry)


def _withdraw(ws: Project, noted: crm.Export, actor: str | None) -> None:
    """Mark the entry of a file that did not come to be."""
    with suppress(GcrmError), ws.crm.write(actor=actor or crm.local_actor()) as unit:
        unit.remove(noted)
