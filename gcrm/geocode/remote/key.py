"""The secret of a project's hashes: without it nobody can try out addresses against the stored answers."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from gcrm.errors import RemoteError

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "hash.key"
_BYTES = 32


def make_folder(folder: Path) -> None:
    """Make the folder that answers are kept in; others have no right to look into it.

    Raises
    ------
    RemoteError
        If it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(folder, error) from error


def make_key(folder: Path) -> bytes:
    """Return the key of a folder; make it where there is none yet.

    Raises
    ------
    RemoteError
        If it cannot be written or read.
    """
    path = folder / FILE_NAME
    draft = folder / f".{FILE_NAME}-{os.getpid()}"
    try:
        if not path.exists():
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(_BYTES) + "\n")
                file.flush()
                os.fsync(file.fileno())
            _name_once(draft, path)
    except OSError as error:
        raise _unusable(path, error) from error
    return read_key(folder)


def _name_once(draft: Path, path: Path) -> None:
    """Give the draft its name, unless another process was faster: then that one's key counts."""
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        if not path.exists():
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read_key(folder: Path) -> bytes:
    """Return the key of a folder.

    Raises
    ------
    RemoteError
        If it is missing or damaged: the stored answers belong to nothing then.
    """
    path = folder / FILE_NAME
    try:
        found = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        found = b""
    if len(found) != _BYTES:
        msg = (
            f"{path} is missing or damaged, and without it the stored answers belong to no address. Put it back from a "
            f"backup, or delete {folder} and ask again."
        )
        raise RemoteError(msg)
    return found


def _unusable(path: Path, error: OSError) -> RemoteError:
    msg = f"{path} cannot be written: {error.strerror or type(error).__name__}. Answers must be kept somewhere."
    return RemoteError(msg)
