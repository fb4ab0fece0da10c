"""Stage crm: what people write, in a transactional store of its own: contacts, tasks, consents, assignments.

SQLAlchemy is imported when a store is first opened; the records alone are light.
"""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any

from gcrm.crm.record import (
    Assignment,
    Consent,
    Contact,
    Decision,
    Export,
    Interaction,
    Note,
    Owner,
    Record,
    Residence,
    Sameness,
    SavedView,
    Subject,
    SubjectKind,
    Task,
    Visit,
)
from gcrm.crm.scenario import Scenario, ScenarioStep
from gcrm.errors import ConflictError, ProjectError, RecordError, StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from gcrm.crm.erasure import Tombstones
    from gcrm.crm.log import Change
    from gcrm.crm.store import Store
    from gcrm.crm.unit import Unit
    from gcrm.settings import Settings

__all__ = [
    "Assignment",
    "Change",
    "ConflictError",
    "Consent",
    "Contact",
    "Decision",
    "Export",
    "Interaction",
    "Note",
    "Owner",
    "ProjectError",
    "Record",
    "RecordError",
    "Residence",
    "Sameness",
    "SavedView",
    "Scenario",
    "ScenarioStep",
    "Store",
    "StoreError",
    "Subject",
    "SubjectKind",
    "Task",
    "Tombstones",
    "Unit",
    "Visit",
    "exists",
    "fingerprint",
    "local_actor",
    "open_store",
]
_FILE_NAME = "crm.sqlite"
_LATER = {"Change": "log", "Store": "store", "Tombstones": "erasure", "Unit": "unit"}


def __getattr__(name: str) -> Any:
    """Import what needs SQLAlchemy when it is first used."""
    if name in _LATER:
        from importlib import import_module  # noqa: PLC0415

        return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    msg = f"module '{__name__}' has no attribute '{name}'"
    raise AttributeError(msg)


def exists(folder: Path, settings: Settings) -> bool:
    """Say whether a project has an operational store; where the file would lie and does not, nothing is imported.

    Raises
    ------
    StoreError
        If its server cannot be reached, or its file is damaged.
    """
    if not settings.crm.url and not (folder / _FILE_NAME).exists():
        return False
    from gcrm.crm import store  # noqa: PLC0415

    return store.exists(folder, settings)


def open_store(folder: Path, settings: Settings, *, create: bool = True) -> Store:
    """Open the operational store of a project: see `store.open_store`.

    Parameters
    ----------
    folder
        The project's folder.
    settings
        The project's settings; `[crm]` says where the store lies.
    create
        False refuses where there is none.

    Returns
    -------
    Store
        The opened store.

    Raises
    ------
    ProjectError
        If there is none and none may be made.
    StoreError
        If it cannot be reached or read, or is newer than this program.
    """
    from gcrm.crm import store  # noqa: PLC0415

    return store.open_store(folder, settings, create=create)


def fingerprint(folder: Path, settings: Settings) -> str:
    """Return a hash that changes whenever a build would read something else from the store; empty without one.

    Raises
    ------
    StoreError
        If it cannot be reached or read, or is newer than this program.
    """
    if not exists(folder, settings):
        return ""
    with open_store(folder, settings) as found, found.moment() as moment:
        return moment.fingerprint


def local_actor() -> str:
    """Return the name of this machine's user: who acts where nobody signs in."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "local"
