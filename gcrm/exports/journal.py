"""The one way out: a file is written, its hash taken, and who took what is noted before the file gets its name."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gcrm import crm
from gcrm.errors import ExportError, GcrmError, QueryError, near
from gcrm.exports.draft import draft
from gcrm.exports.geodata import DRIVERS, put_places
from gcrm.exports.table import format_of, put_tables, to_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gcrm.exports.project import Exportable, Project
    from gcrm.exports.table import Format

_CHUNK = 1 << 20
_SHORTEST = 8


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
        The file; its ending says the format: csv, xlsx, parquet, and gpkg, geojson or kml for what has places.
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


def keep(ws: Project, content: Exportable, *, actor: str | None = None) -> crm.Export:
    """Keep the receipt of what was found, without a file: it can be replayed later.

    Parameters
    ----------
    ws, content, actor
        As for `save`.

    Returns
    -------
    crm.Export
        What the log says; its file is null.

    Raises
    ------
    StoreError
        If the log cannot be written.
    """
    return _note(ws, "receipt", content, None, {}, actor)


def find_receipt(ws: Project, id: str) -> dict[str, Any]:  # noqa: A002 - the word of every table here
    """Return the receipt that was kept under an id, with an export or by itself.

    Parameters
    ----------
    ws
        The project.
    id
        The id, or how it begins: at least eight letters.

    Returns
    -------
    dict
        The receipt of a question.

    Raises
    ------
    QueryError
        If none has this id, or several begin with it.
    """
    entries = ws.crm.find(crm.Export, order_by="-id", limit=None) if crm.exists(ws.folder, ws.settings) else []
    kept = {str(e.receipt.get("id")): e.receipt for e in reversed(entries) if "asked" in e.receipt}
    found = [receipt for name, receipt in kept.items() if name == id or (len(id) >= _SHORTEST and name.startswith(id))]
    if len(found) == 1:
        return found[0]
    what = "Several receipts begin with" if found else "No receipt was kept under"
    msg = f"{what} '{id}'. Receipts are kept with every export of figures, and by result.save_receipt()."
    raise QueryError(msg + near(id, kept))


def forgotten(ws: Project) -> int:
    """Return how many people were forgotten in a project so far."""
    if not crm.exists(ws.folder, ws.settings):
        return 0
    with ws.crm.moment() as moment:
        return len(moment.tombstones().hashes)


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
    ws: Project, what: str, content: Exportable, name: str | None, digest: dict[str, Any], actor: str | None
) -> crm.Export:
    """Write the entry of the log."""
    held = {"scope": ws.scope.name, "manifest": ws.manifest.sequence, "forgotten": forgotten(ws)}
    receipt = {**held, **content.receipt, **digest}
    plain = None if name is None else "".join(c if c.isprintable() else "?" for c in name)[:200]
    entry = crm.Export(what=what, rows=content.table.num_rows, receipt=receipt, path_name=plain)
    with ws.crm.write(actor=actor or crm.local_actor()) as unit:
        return unit.add(entry)


def _withdraw(ws: Project, noted: crm.Export, actor: str | None) -> None:
    """Mark the entry of a file that did not come to be."""
    with suppress(GcrmError), ws.crm.write(actor=actor or crm.local_actor()) as unit:
        unit.remove(noted)
