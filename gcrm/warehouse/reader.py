"""A snapshot opened for reading: its files attached, and the settings it was built with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from gcrm import settings, sql
from gcrm.errors import ProjectError
from gcrm.warehouse import snapshot

if TYPE_CHECKING:
    from pathlib import Path

#: How often a reader tries again when a snapshot is pruned between being found and being attached.
_TRIES = 5


@dataclass(frozen=True)
class Reader:
    """One snapshot, opened. What it answers comes from this snapshot only, whatever is published meanwhile.

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

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a connection of its own over the snapshot, for one thread."""
        return self._con.cursor()


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
    for _ in range(_TRIES):
        manifest = snapshot.newest(folder)
        if manifest is None:
            settings.load(folder)  # says what is wrong where the folder is no project at all
            msg = f"Nothing is published in {folder} yet. Run 'gcrm build {folder}' first."
            raise ProjectError(msg)
        con = sql.connect(spatial=True)
        try:
            snapshot.attach(con, folder, manifest)
        except duckdb.IOException:
            con.close()
            continue
        return Reader(manifest, settings.Settings.model_validate(manifest.settings), con)
    msg = f"The snapshots of {folder} change faster than they can be opened. Try again when the build is done."
    raise ProjectError(msg)
