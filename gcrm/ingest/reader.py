"""Which reader reads a file: its ending says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.errors import SourceError, near
from gcrm.ingest import delimited, parquet, vector
from gcrm.ingest.reading import Origin, Reader

if TYPE_CHECKING:
    from pathlib import Path

    from gcrm.settings import Settings

_READERS: dict[str, Reader] = {
    **dict.fromkeys((".csv", ".tsv", ".tab", ".txt"), delimited),
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
    suffix = origin.path.suffix.lower()
    if suffix not in _READERS:
        msg = f"no reader knows files that end in '{suffix}'.{near(suffix, _READERS)}"
        raise origin.refuse(msg)
    return _READERS[suffix]


def origins(settings: Settings, folder: Path) -> list[Origin]:
    """Return every source with the place of its file, in the order of gcrm.toml."""
    return [Origin(name, source, folder / source.path, settings.limits) for name, source in settings.sources.items()]


def input_files(settings: Settings, folder: Path) -> list[Path]:
    """Return every file that ingest reads; a Shapefile has several.

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
        If a file is missing; the message lists each one.
    """
    found: dict[Path, None] = {}
    missing: list[str] = []
    for origin in origins(settings, folder):
        files, lacking = _parts(origin.path)
        found.update(dict.fromkeys(files))
        missing += [f"  sources.{origin.name}: {path}" for path in lacking]
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
