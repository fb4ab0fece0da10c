"""The guard around the reading of one file: whatever the file makes a library raise becomes a refusal of its source."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb
from pyarrow import ArrowException
from pyproj.exceptions import ProjError

from gcrm.errors import SourceError
from gcrm.ingest.limits import FileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from gcrm.ingest.reading import Origin, Reading

#: Number, size and time of change of a file.
Stamp = tuple[int, int, int]
#: Words of DuckDB where the fault lies in the disk that the build writes to.
_DISK = ("no space left", "could not write", "failed to write", "could not sync", "fsync")


@contextmanager
def guard(con: duckdb.DuckDBPyConnection, origin: Origin) -> Iterator[None]:
    """Turn what goes wrong while a file is read into an error that says which source it was.

    Parameters
    ----------
    con
        Connection that reads it; it is interrupted when that takes longer than the project's limits allow.
    origin
        The source and its file.

    Yields
    ------
    None
        While the file is read.

    Raises
    ------
    SourceError
        If the file is refused, cannot be read, or is changed meanwhile.
    """
    before = _stamp(origin.path)
    late = threading.Event()

    def stop() -> None:
        late.set()
        con.interrupt()

    timer = threading.Timer(origin.limits.seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    except FileError as error:
        raise origin.refuse(str(error)) from None
    except OSError as error:
        msg = f"it cannot be read: {error.strerror or type(error).__name__}."
        raise origin.refuse(msg) from error
    except duckdb.InterruptException as error:
        if not late.is_set():
            raise
        msg = f"reading it takes longer than {origin.limits.seconds} s. If it is what it should be, "
        raise origin.refuse(msg + "raise limits.seconds in gcrm.toml.") from error
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        msg = "reading it takes more memory than the build may hold. Raise it: gcrm build --memory 4GB."
        raise origin.refuse(msg) from error
    except ProjError as error:
        msg = "its CRS cannot be turned into longitude and latitude. Name another by 'crs' in gcrm.toml."
        raise origin.refuse(msg) from error
    except (ArrowException, UnicodeError, RecursionError) as error:
        msg = f"its rows cannot be read ({type(error).__name__}): the file is damaged. Write it anew."
        raise origin.refuse(msg) from error
    finally:
        timer.cancel()
    if _stamp(origin.path) != before:
        msg = "it was changed while it was being read. Build again when it is complete."
        raise origin.refuse(msg)


def stamps(paths: Iterable[Path]) -> dict[Path, Stamp | None]:
    """Note the state of files, for `check_unchanged`.

    Parameters
    ----------
    paths
        The files.

    Returns
    -------
    dict of Path to tuple
        What changes when a file does; null where it is gone.
    """
    return {path: _stamp(path) for path in paths}


def check_unchanged(before: dict[Path, Stamp | None]) -> None:
    """Refuse files that were changed since their state was noted: what was read is not what was fingerprinted.

    Parameters
    ----------
    before
        What `stamps` has noted.

    Raises
    ------
    SourceError
        If a file was changed or removed; the message lists each one.
    """
    changed = [str(path) for path, stamp in before.items() if _stamp(path) != stamp]
    if changed:
        msg = "These files were changed while they were being read; build again when they are complete:\n"
        raise SourceError(msg + "\n".join(f"  {path}" for path in changed))


def take(
    con: duckdb.DuckDBPyConnection, origin: Origin, reading: Reading, statement: str, values: Mapping[str, Any]
) -> bool:
    """Run the statement that takes the rows of a reading into a table.

    Parameters
    ----------
    con
        Connection that reads the file.
    origin
        The source and its file.
    reading
        How the file is read.
    statement
        The statement.
    values
        Values of its `$name` parameters.

    Returns
    -------
    bool
        False where it failed, and another reading of the same file has to be tried.

    Raises
    ------
    SourceError
        If the file is damaged, and there is no other reading of it.
    """
    try:
        con.execute(statement, values)
    except (duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise
    except duckdb.Error as error:
        if _of_disk(error):
            raise
        if reading.careful is not None:
            return False
        msg = f"its rows cannot be read ({type(error).__name__}): the file is damaged. Write it anew."
        raise origin.refuse(msg) from error
    return True


def _of_disk(error: duckdb.Error) -> bool:
    """Say whether an error of DuckDB's is about the disk that the build writes to, and not about a source."""
    text = str(error).lower()
    if isinstance(error, duckdb.FatalException):
        return True
    return isinstance(error, duckdb.IOException) and any(words in text for words in _DISK)


def _stamp(path: Path) -> Stamp | None:
    """Return what changes when a file does; null where it is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
