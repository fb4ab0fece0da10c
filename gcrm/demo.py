"""The demo projects: San Francisco, copied into a folder of its own, and cities imported from an extract."""

from __future__ import annotations

import shutil
from pathlib import Path

from gcrm import settings
from gcrm.city import project
from gcrm.city.intake import import_files
from gcrm.errors import ProjectError, near
from gcrm.generate.company import company

_NAME = "san_francisco"
#: City made of an extract of OpenStreetMap -> title of its project, and customers of the invented company.
_CITIES = {"helsinki": ("Marble Otter Market, Helsinki", 1200), "monaco": ("Marble Otter Market, Monaco", 900)}
CITIES = (_NAME, *_CITIES)
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


def create(folder: Path, city: str = _NAME) -> Path:
    """Make a demo project in `folder`, or leave it alone where it is there already.

    gcrm.toml is written last: a folder that has it has all the other files.

    Parameters
    ----------
    folder
        Folder to make; it may exist where it is empty or holds the demo project, edited or not.
    city
        One of `CITIES`.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ProjectError
        If there is no such city, the folder holds something else or cannot be written.
    DependencyError
        If the city is made of an extract, and pyosmium is not installed.
    """
    if city not in CITIES:
        msg = f"There is no demo of '{city}'.{near(city, CITIES)} Choose one of: {', '.join(CITIES)}."
        raise ProjectError(msg)
    source = samples(city)
    title = _CITIES[city][0] if city in _CITIES else settings.load(source).project.name
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            _accept(folder, title)
        elif city in _CITIES:
            _import(source / f"{city}.osm.pbf", folder, city)
        else:
            _copy(source, folder)
    except OSError as error:
        msg = f"The demo project cannot be made in {folder}: {error.strerror}. Choose another folder."
        raise ProjectError(msg) from error
    return folder


def _copy(source: Path, folder: Path) -> None:
    for path in sorted(source.rglob("*"), key=lambda p: (p.name == settings.FILE_NAME, p)):
        target = folder / path.relative_to(source)
        if path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def _import(extract: Path, folder: Path, city: str) -> None:
    """Import the city, and invent a company in it."""
    title, customers = _CITIES[city]
    label, _ = import_files(extract, folder, settings.Limits())
    sources = company(folder, customers=customers, seed=1)
    text = project.whole(label, title, "EUR") + "\n# The company is invented; its people live at real addresses.\n"
    (folder / settings.FILE_NAME).write_text(text + sources, encoding="utf-8")


def _accept(folder: Path, title: str) -> None:
    """Refuse a folder that is in use for something other than the demo project."""
    if not (folder / settings.FILE_NAME).is_file():
        msg = f"{folder} is not empty and holds no project. Name a new or empty folder for the demo project."
        raise ProjectError(msg)
    if settings.load(folder).project.name != title:
        msg = f"{folder} holds another project. Name a new or empty folder for the demo project."
        raise ProjectError(msg)
