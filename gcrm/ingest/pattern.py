"""The files of a source: one by its path, or several by a pattern, in the order of their names."""

from __future__ import annotations

import re
from pathlib import Path, PurePath

#: Folder of a project that holds what gcrm made itself; no pattern finds anything there.
_OWN = "snapshots"
#: What Excel and LibreOffice leave beside a file that is open.
_LOCKS = ("~$", ".")
_MAGIC = re.compile(r"[*?\[]")


def found(folder: Path, path: str) -> dict[str, Path]:
    """Find the files that a path or a pattern of gcrm.toml names.

    Parameters
    ----------
    folder
        The project's folder.
    path
        File relative to the folder, or a pattern with `*`, `?`, `[...]` or `**`. A file that is really called like a
        pattern is that file.

    Returns
    -------
    dict of str to Path
        What to call each file, and where it lies; by name. A plain path is there whether the file exists or not; a
        pattern that finds nothing gives nothing. Hidden files, lock files of office programs and gcrm's own
        snapshots are passed over.
    """
    if not _MAGIC.search(path) or (folder / path).exists():
        return {path: folder / path}
    parts = PurePath(path).parts
    fixed = next(i for i, part in enumerate(parts) if _MAGIC.search(part))
    prefix = Path(*parts[:fixed])
    root = folder / prefix
    names = {}
    for file in root.glob(str(PurePath(*parts[fixed:]))):
        inner = file.relative_to(root)
        if file.is_file() and not any(part.startswith(_LOCKS) for part in inner.parts) and not _own(file, folder):
            names[(prefix / inner).as_posix()] = file
    return dict(sorted(names.items()))


def _own(file: Path, folder: Path) -> bool:
    return file.is_relative_to(folder / _OWN)
