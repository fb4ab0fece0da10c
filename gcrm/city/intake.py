"""One import for a city: an extract of OpenStreetMap becomes files of a project, and the settings that name them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - part of what is returned

from gcrm import settings
from gcrm.city import label, project
from gcrm.city.extract import Contents, convert
from gcrm.errors import ProjectError, SourceError
from gcrm.geocode.pack.draft import draft_folder
from gcrm.geocode.pack.label import file_hash
from gcrm.geocode.pack.osm import SUFFIXES
from gcrm.ingest.limits import guarded
from gcrm.ingest.reading import Origin
from gcrm.settings import FILE_NAME, Limits, Source


@dataclass(frozen=True)
class City:
    """What came of an import.

    Attributes
    ----------
    folder
        The project's folder.
    label
        Where the files come from, and their rows.
    changed
        False where the same extract was imported before: nothing was written.
    written
        True where gcrm.toml was made.
    addition
        What is to be added to a gcrm.toml that is there; empty where it names all the files.
    """

    folder: Path
    label: label.Label
    changed: bool
    written: bool
    addition: str


def import_city(extract: Path, folder: Path, *, name: str | None = None, currency: str = "USD") -> City:
    """Import a city.

    The files stand in the folder `osm` of the project, which appears whole or not at all. The same extract makes the
    same files again, and a gcrm.toml that is there is never edited.

    Parameters
    ----------
    extract
        Extract of OpenStreetMap (.osm.pbf, .osm).
    folder
        The project's folder; made where absent.
    name
        Title of a new project; the name of the extract where null.
    currency
        ISO 4217 code of amounts in a new project.

    Returns
    -------
    City
        What came of it.

    Raises
    ------
    SourceError
        If the extract is missing, damaged, or none.
    DependencyError
        If pyosmium is not installed.
    ProjectError
        If the folder cannot be written, or its `osm` holds something else.
    ExportError
        If the files cannot be written.
    """
    present = settings.load(folder) if (folder / FILE_NAME).is_file() else None
    made, changed = import_files(extract, folder, present.limits if present else Limits())
    if present is not None:
        return City(folder, made, changed, written=False, addition=project.addition(made, present))
    title = name or extract.name.split(".")[0].replace("_", " ").replace("-", " ").title()
    _write(folder / FILE_NAME, project.whole(made, title, currency))
    return City(folder, made, changed, written=True, addition="")


def _check(extract: Path) -> None:
    if not extract.is_file():
        msg = f"There is no file {extract}. Check its name."
        raise SourceError(msg)
    if extract.suffix.lower() not in SUFFIXES:
        msg = f"{extract.name} is no extract of OpenStreetMap by its name: they end in .osm.pbf or .osm."
        raise SourceError(msg)


def import_files(extract: Path, folder: Path, limits: Limits) -> tuple[label.Label, bool]:
    """Make the files of a city, or leave those of the same extract and program alone.

    Parameters
    ----------
    extract
        Extract of OpenStreetMap.
    folder
        The project's folder; made where absent.
    limits
        What reading the extract may take.

    Returns
    -------
    tuple
        Where the files come from, and whether they were made now.

    Raises
    ------
    SourceError
        If the extract is missing, damaged, or none.
    DependencyError
        If pyosmium is not installed.
    ProjectError
        If the folder cannot be made, or its `osm` holds something else.
    ExportError
        If the files cannot be written.
    """
    _check(extract)
    target = folder / project.FOLDER
    known = label.read(target)
    if known is not None and known.code == label.code() and known.source_sha256 == file_hash(extract):
        return known, False
    if target.exists() and not (target / label.FILE).is_file():
        msg = f"{target} is there already and holds no import of a city. Move it away, or name another folder."
        raise ProjectError(msg)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"{folder} cannot be made: {error.strerror}. Choose another folder, or mend its rights."
        raise ProjectError(msg) from error
    origin = Origin(extract.stem, Source(kind="roads", path=extract.name), extract.absolute(), limits)
    with draft_folder(target, overwrite=True) as draft:
        contents: Contents = guarded(origin, convert, origin.path, draft)
        made = label.label(extract, contents, draft)
        label.write(draft, made)
    return made, True


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror}. Choose another folder, or mend its rights."
        raise ProjectError(msg) from error
