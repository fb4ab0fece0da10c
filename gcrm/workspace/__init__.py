"""The workspace: a project opened for reading, and the two queues that people decide about."""

from __future__ import annotations

from pathlib import Path

from gcrm.access.scope import LOCAL, Scope
from gcrm.workspace.duplicates import Duplicates
from gcrm.workspace.replay import Replay
from gcrm.workspace.review import Review
from gcrm.workspace.workspace import Workspace

__all__ = ["Duplicates", "Replay", "Review", "Workspace", "open_workspace"]


def open_workspace(folder: str | Path, scope: Scope = LOCAL) -> Workspace:
    """Open the newest snapshot of a project for reading.

    Parameters
    ----------
    folder
        The project's folder.
    scope
        Who reads; the local user sees everything.

    Returns
    -------
    Workspace
        The opened project.

    Raises
    ------
    ProjectError
        If the folder is no project, or nothing is published yet.
    SettingsError
        If its gcrm.toml needs mending.
    """
    return Workspace(Path(folder).expanduser().resolve(), scope)
