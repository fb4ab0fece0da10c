"""A snapshot opened for reading: its files attached, and the settings it was built with."""

from __future__ import annotations

import os
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from gcrm import settings, sql
from gcrm.errors import ProjectError
from gcrm.warehouse import lease, snapshot

if TYPE_CHECKING:
    from pathlib import Path

#: How often a reader tries again when a snapshot is pruned between being found and being attached.
_TRIES = 5


class _Holder:
    """Lives as long as the reader that refers to it."""


@dataclass(frozen=True)
class Reader:
    """One snapshot, opened. What it answers comes from this snapshot only, whatever is published meanwhile.

    Its files stay while it is open. It is closed by `close`, or when nobody refers to it any more.

    Attributes
    ----------
    manifest
        The snapshot.
    settings
        The settings that it was built with.
    """

    manifest: snapshot.Manifest
    settings: settings.Settings
    _con: duckdb.DuckDBPyConnection
    _holder: _Holder
    _release: weakref.finalize[..., _Holder]

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a connection of its own over the snapshot, for one thread."""
        return self._con.cursor()

    def close(self) -> None:
        """Let go of the snapshot; nothing can be asked afterwards."""
        self._release()


def open_newest(folder: Path) -> Reader:
    """Open the published snapshot of a project.

    Parameters
    ----------
    folder
        The project's folder.

    Returns
    -------
    Reader
        The opened snapshot.

    Raises
    ------
    ProjectError
        If nothing is published yet.
    SettingsError
        If the folder is no project at all.
    """
    why = ""
    for _ in range(_TRIES):
        manifest = snapshot.newest(folder)
        if manifest is None:
            settings.load(folder)  # says what is wrong where the folder is no project at all
            msg = f"Nothing is published in {folder} yet. Run 'gcrm build {folder}' first."
            raise ProjectError(msg)
        try:
            opened = open_manifest(folder, manifest)
        except duckdb.IOException as error:
            why = f" DuckDB says: {str(error).splitlines()[0]}"
        else:
            if opened is not None:
                return opened
    msg = f"The snapshots of {folder} change faster than they can be opened.{why} Try again when the build is done."
    raise ProjectError(msg)


def open_manifest(folder: Path, manifest: snapshot.Manifest) -> Reader | None:
    """Open one snapshot of a project, the newest or an older one.

    Parameters
    ----------
    folder
        The project's folder.
    manifest
        The snapshot.

    Returns
    -------
    Reader or None
        The opened snapshot; null where it went before it was claimed.

    Raises
    ------
    duckdb.IOException
        If one of its files cannot be opened.
    """
    claim = lease.take(folder / snapshot.FOLDER, manifest.sequence, [f.file for f in manifest.stages.values()])
    con = sql.connect(spatial=True)
    try:
        if snapshot.is_there(folder, manifest):
            snapshot.attach(con, folder, manifest)
            return _reader(manifest, con, claim)
    except duckdb.IOException:
        _let_go(con, claim, os.getpid())
        raise
    _let_go(con, claim, os.getpid())
    return None


def _reader(manifest: snapshot.Manifest, con: duckdb.DuckDBPyConnection, claim: Path | None) -> Reader:
    """Make a reader that lets go of its snapshot when it is closed, dropped, or the process ends."""
    holder = _Holder()
    release = weakref.finalize(holder, _let_go, con, claim, os.getpid())
    return Reader(manifest, settings.Settings.model_validate(manifest.settings), con, holder, release)


def _let_go(con: duckdb.DuckDBPyConnection, claim: Path | None, pid: int) -> None:
    """Close the connection and give the lease back; a fork of the process leaves both to its parent."""
    if pid == os.getpid():
        con.close()
        lease.release(claim)
