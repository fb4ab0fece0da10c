"""The demo project: San Francisco, copied into a folder of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from gcrm import settings
from gcrm.errors import ProjectError

_NAME = "san_francisco"
_PROVENANCE = "PROVENANCE.md"
_PACKAGE = Path(__file__).parent


def samples(name: str = _NAME) -> Path:
    """Find the files of a demo project, in a checkout or in an installed wheel.

    Parameters
    ----------
    name
        Folder of `data/samples`.

    Returns
    -------
    Path
        The folder; read-only by agreement.

    Raises
    ------
    ProjectError
        If this installation came without it.
    """
    for root in (_PACKAGE.parent, _PACKAGE / "_bundle"):
        folder = root / "data" / "samples" / name
        if (folder / _PROVENANCE).is_file():
            return folder
    msg = f"This installation of gcrm lacks its demo project (data/samples/{name}). Install gcrm again."
    raise ProjectError(msg)


def create(folder: Path) -> Path:
    """Copy the demo project into `folder`, or leave it alone where it is there already.

    gcrm.toml is copied last: a folder that has it has all the other files.

    Parameters
    ----------
    folder
        Folder to make; it may exist where it is empty or holds the demo project, edited or not.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ProjectError
        If the folder holds something else or cannot be written.
    """
    source = samples()
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            _accept(folder, source)
            return folder
        for path in sorted(source.rglob("*"), key=lambda p: (p.name == settings.FILE_NAME, p)):
            target = folder / path.relative_to(source)
            if path.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
    except OSError as error:
        msg = f"The demo project cannot be made in {folder}: {error.strerror}. Choose another folder."
        raise ProjectError(msg) from error
    return folder


def _accept(folder: Path, source: Path) -> None:
    """Refuse a folder that is in use for something other than the demo project."""
    if not (folder / settings.FILE_NAME).is_file():
        msg = f"{folder} is not empty and holds no project. Name a new or empty folder for the demo project."
        raise ProjectError(msg)
    if settings.load(folder).project.name != settings.load(source).project.name:
        msg = f"{folder} holds another project. Name a new or empty folder for the demo project."
        raise ProjectError(msg)
