"""Which reader reads a file: its ending says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.errors import SourceError, near
from gcrm.ingest import pattern
from gcrm.ingest.database import transcript
from gcrm.ingest.geodata import vector
from gcrm.ingest.reading import Origin, Reader
from gcrm.ingest.table import parquet, spreadsheet
from gcrm.ingest.text import delimited
from gcrm.settings.origin import SHEET_SUFFIXES, TEXT_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gcrm.settings import Settings

_READERS: dict[str, Reader] = {
    **dict[str, Reader].fromkeys(TEXT_SUFFIXES, delimited),
    **dict[str, Reader].fromkeys(SHEET_SUFFIXES, spreadsheet),
    **dict.fromkeys((".parquet", ".geoparquet", ".pq"), parquet),
    **dict.fromkeys(vector.DRIVERS, vector),
}
#: The files that make up a Shapefile, by ending; the first three must be there.
_SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def reader_for(origin: Origin) -> Reader:
    """Return the reader for the file of a source.

    Raises
    ------
    SourceError
        If the ending of the file is none that gcrm knows.
    """
    if origin.source.database is not None:
        return transcript
    suffix = origin.path.suffix.lower()
    if suffix not in _READERS:
        msg = f"no reader knows files that end in '{suffix}'.{near(suffix, _READERS)}"
        raise origin.refuse(msg)
    return _READERS[suffix]


def origins(settings: Settings, folder: Path, fetched: Mapping[str, Sequence[Path]]) -> dict[str, list[Origin]]:
    """Return the files of every source.

    Parameters
    ----------
    settings
        The project's settings.
    folder
        The project's folder.
    fetched
        Per source that reads from a database the files that its rows were fetched into.

    Returns
    -------
    dict of str to list of Origin
        Source -> its files in the order in which they are read; sources in the order of gcrm.toml. A pattern that
        finds nothing has none.
    """
    made: dict[str, list[Origin]] = {}
    for name, source in settings.sources.items():
        if source.path is not None:
            files = pattern.found(folder, source.path)
        else:
            several = len(fetched.get(name, ())) > 1
            files = {f"{source.place} ({i})" if several else source.place: p for i, p in enumerate(fetched[name], 1)}
        made[name] = [Origin(name, source, path, settings.limits, label) for label, path in files.items()]
    return made


def input_files(settings: Settings, folder: Path) -> list[Path]:
    """Return every file of the company's that ingest reads; a Shapefile has several.

    Parameters
    ----------
    settings
        The project's settings.
    folder
        The project's folder.

    Returns
    -------
    list of Path
        Existing files, each once, in the order of gcrm.toml.

    Raises
    ------
    SourceError
        If a file is missing, or a pattern finds none; the message lists each one.
    """
    found: dict[Path, None] = {}
    missing: list[str] = []
    for name, source in settings.sources.items():
        if source.path is None:
            continue
        places = pattern.found(folder, source.path)
        missing += [] if places else [f"  sources.{name}: no file is called like {folder / source.path}"]
        for place in places.values():
            files, lacking = _parts(place)
            found.update(dict.fromkeys(files))
            missing += [f"  sources.{name}: {path}" for path in lacking]
    if missing:
        msg = "These files are missing; put them there, or mend 'path' in gcrm.toml:\n" + "\n".join(missing)
        raise SourceError(msg)
    return list(found)


def _parts(path: Path) -> tuple[list[Path], list[Path]]:
    """Return the files that make up `path`, and those that are needed but missing."""
    if path.suffix.lower() != ".shp":
        return ([path], []) if path.is_file() else ([], [path])
    parts = [p for suffix in _SHAPEFILE if (p := _sibling(path, suffix)).is_file()]
    return parts, [_sibling(path, suffix) for suffix in _SHAPEFILE[:3] if not _sibling(path, suffix).is_file()]


def _sibling(path: Path, suffix: str) -> Path:
    """Return the part of a Shapefile with the ending `suffix`, in upper case where only that exists."""
    other = path.with_suffix(suffix.upper())
    return other if other.is_file() else path.with_suffix(suffix)
