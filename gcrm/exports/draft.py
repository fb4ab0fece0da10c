"""Writing a file so that it appears whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gcrm.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def draft(path: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Give a path to write a draft to; the file gets its name when the block ends without an error.

    The draft, and whatever a library leaves beside it, lies in a hidden folder next to the file and goes with it.

    Parameters
    ----------
    path
        The file to be.
    overwrite
        Replace a file that is there; otherwise it is refused.

    Yields
    ------
    Path
        Where to write; it has the file's own name.

    Raises
    ------
    ExportError
        If a file is there already, or the folder is missing, full or not to be written.
    """
    check_target(path, overwrite=overwrite)
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name[:100]}.", suffix=".tmp", dir=path.parent))
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        yield folder / path.name
        _name(folder / path.name, path, overwrite=overwrite)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_target(path: Path, *, overwrite: bool) -> None:
    """Refuse a path that cannot become a new file, before any work is done for it.

    Raises
    ------
    ExportError
        If a file is there and must not be replaced, a folder is, or the folder it would stand in is missing.
    """
    if path.is_dir():
        msg = f"{path} is a folder. Name a file in it."
        raise ExportError(msg)
    if not path.parent.is_dir():
        msg = f"{path} cannot be written: there is no folder {path.parent}. Make it first."
        raise ExportError(msg)
    if path.exists() and not overwrite:
        raise _taken(path)


def _name(made: Path, path: Path, *, overwrite: bool) -> None:
    """Give the draft its name, once it is on the disk."""
    with made.open("rb+") as file:
        os.fsync(file.fileno())
    if overwrite:
        made.replace(path)
    else:
        _name_new(made, path)
    if os.name != "nt":
        handle = os.open(path.parent, os.O_RDONLY)
        with suppress(OSError):  # some network folders cannot be synced
            os.fsync(handle)
        os.close(handle)


def _name_new(made: Path, path: Path) -> None:
    """Give the draft its name where nobody else has taken it in the meantime."""
    try:
        if os.name == "nt":
            made.rename(path)  # on Windows a rename never replaces
        else:
            os.link(made, path)
    except FileExistsError as error:
        raise _taken(path) from error
    except OSError:  # a disk without hard links
        if path.exists():
            raise _taken(path) from None
        made.rename(path)


def _taken(path: Path) -> ExportError:
    return ExportError(f"{path} is there already. Name another file, or allow it to be overwritten.")


def _unwritable(path: Path, error: OSError) -> ExportError:
    return ExportError(
        f"{path} cannot be written: {error.strerror or error}. Check the folder's rights and free space."
    )
