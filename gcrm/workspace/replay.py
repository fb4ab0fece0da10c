"""Replay: a figure that was given is asked for again, and what became otherwise since is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm import receipt
from gcrm.cube.question import from_words
from gcrm.errors import QueryError
from gcrm.exports import find_receipt, forgotten
from gcrm.warehouse import snapshot
from gcrm.warehouse.reader import open_manifest

if TYPE_CHECKING:
    from gcrm.result import Result
    from gcrm.warehouse.reader import Reader
    from gcrm.workspace.workspace import Workspace


@dataclass(frozen=True)
class Replay:
    """What came of asking again.

    Attributes
    ----------
    receipt
        The receipt that was kept.
    same
        True where the newest snapshot gives the same figures.
    changed
        What is otherwise than when the receipt was made, one line each; there may be some though figures are the same.
    result
        What the newest snapshot gives; null where the question cannot be asked any more.
    origin
        True where the receipt's own snapshot is still there and gives the same figures, false where it gives others;
        null where it is gone, or was not asked because the figures are the same.
    """

    receipt: dict[str, Any]
    same: bool
    changed: tuple[str, ...]
    result: Result | None
    origin: bool | None


def replay(ws: Workspace, id: str) -> Replay:  # noqa: A002 - the word of every table here
    """Ask again for the figures of a receipt.

    Parameters
    ----------
    ws
        The project.
    id
        Id of a receipt that was kept with an export or by `result.save_receipt`; its first eight letters will do.

    Returns
    -------
    Replay
        Whether the figures are the same, and what is otherwise.

    Raises
    ------
    QueryError
        If no receipt has this id, or several begin with it.
    """
    kept = find_receipt(ws, id)
    reader = ws.reader
    gone = forgotten(ws) - int(kept.get("forgotten", 0))
    changed = receipt.changes(kept, receipt.basis(reader, ws.scope), gone)
    try:
        result = _asked(ws, reader, kept)
    except QueryError as error:
        return Replay(
            kept,
            same=False,
            changed=(*changed, f"question: {error}"),
            result=None,
            origin=_origin(ws, kept),
        )
    same = receipt.digest(result.table) == kept["answer"]
    return Replay(kept, same, changed, result, None if same else _origin(ws, kept))


def _asked(ws: Workspace, reader: Reader, kept: dict[str, Any]) -> Result:
    return ws.ask(from_words(kept["asked"]), reader)


def _origin(ws: Workspace, kept: dict[str, Any]) -> bool | None:
    """Ask the snapshot that the receipt comes from, where it is still there."""
    for manifest in snapshot.history(ws.folder):
        if manifest.id == kept["snapshot"]:
            reader = open_manifest(ws.folder, manifest)
            if reader is None:
                return None
            try:
                return bool(receipt.digest(_asked(ws, reader, kept).table) == kept["answer"])
            except QueryError:
                return False
            finally:
                reader.close()
    return None
