"""Limits: what reading one file may take, and the process of its own in which whatever may hurt is read.

The checks that run inside that process know nothing of sources; they raise `FileError`, and `guarded` says which source
it was.
"""

from __future__ import annotations

import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gcrm import process
from gcrm.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import duckdb

    from gcrm.ingest.reading import Origin

#: Most files in an archive; the formats that are archives have some dozens.
_MOST_ENTRIES = 10_000
#: Records that cannot be taken apart: with more of them than this, a file is no table, and each would be kept.
MOST_BROKEN = 1_000_000
#: Bytes of a text that is loaded; a Parquet file can hold a longer one once and name it a million times.
LONGEST_TEXT = 65_535
#: Columns of a table; a spreadsheet has as many at most.
MOST_COLUMNS = 16_384
_MB = 1 << 20
_ADVICE = {
    "memory": "raise limits.memory_mb in gcrm.toml",
    "time": "raise limits.seconds in gcrm.toml",
    "died": "write it anew with the program that made it",
}


class FileError(UserError):
    """A file is refused; the message is a sentence about the file, which its source is put before."""


@contextmanager
def drafts(con: duckdb.DuckDBPyConnection) -> Iterator[Path]:
    """Make a folder for drafts, within the folder to which a build spills; it is gone at the end.

    Parameters
    ----------
    con
        Connection of the build.

    Yields
    ------
    Path
        An empty folder.
    """
    spill = Path(con.execute("SELECT current_setting('temp_directory')").fetchall()[0][0] or "")
    parent = spill if spill.is_absolute() and spill.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="draft-", dir=parent, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def guarded(origin: Origin, function: Callable[..., Any], *args: Any, memory_mb: int | None = None) -> Any:
    """Run a function that reads the file of a source in a process of its own, within the project's limits.

    Parameters
    ----------
    origin
        The source.
    function
        A function at the top of a module; what it raises to refuse the file is a `FileError`.
    *args
        Its arguments; they must travel by pickle.
    memory_mb
        What it may hold; where null, what the project's limits say.

    Returns
    -------
    Any
        What the function returns.

    Raises
    ------
    SourceError
        If the function refuses the file, is stopped at a limit, or dies of it.
    """
    limits = process.Limits(memory_mb or origin.limits.memory_mb, origin.limits.seconds)
    try:
        return process.run(function, *args, limits=limits)
    except process.ProcessStoppedError as error:
        msg = f"reading it did not end well: {error} If it is what it should be, {_ADVICE[error.why]}."
        raise origin.refuse(msg) from None
    except FileError as error:
        raise origin.refuse(str(error)) from None
    except (OSError, MemoryError) as error:
        msg = f"it cannot be read: {getattr(error, 'strerror', None) or type(error).__name__}."
        raise origin.refuse(msg) from None


def check_archive(path: Path, unpacked_mb: int) -> list[str]:
    """Look at what a ZIP archive (.zip, .xlsx, .xlsm, .xlsb, .ods) says it unpacks to, before any of it is unpacked.

    Parameters
    ----------
    path
        The archive.
    unpacked_mb
        Most mebibytes that it may unpack to.

    Returns
    -------
    list of str
        Names of the files inside.

    Raises
    ------
    FileError
        If it is no archive, is damaged, or unpacks to more than the limit.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError):
        msg = "the file is not a ZIP archive, or is damaged."
        raise FileError(msg) from None
    if len(entries) > _MOST_ENTRIES:
        msg = f"the archive holds {len(entries)} files; {_MOST_ENTRIES} are the most."
        raise FileError(msg)
    check_unpacked(sum(entry.file_size for entry in entries), unpacked_mb)
    return [entry.filename for entry in entries]


def check_unpacked(size: int, unpacked_mb: int) -> None:
    """Refuse a file that says it unpacks to more than the limit.

    Parameters
    ----------
    size
        Bytes that it says it unpacks to.
    unpacked_mb
        Most mebibytes that it may unpack to.

    Raises
    ------
    FileError
        If it is more.
    """
    if size > unpacked_mb * _MB:
        msg = (
            f"it unpacks to {size / _MB:,.0f} MB, the limit is {unpacked_mb:,} MB. "
            "If it is what it should be, raise limits.unpacked_mb in gcrm.toml."
        )
        raise FileError(msg)


def check_columns(count: int) -> None:
    """Refuse a file with more columns than a table has.

    Parameters
    ----------
    count
        Columns of the file.

    Raises
    ------
    FileError
        If there are more than `MOST_COLUMNS`.
    """
    if count > MOST_COLUMNS:
        msg = f"it has {count:,} columns; {MOST_COLUMNS:,} are the most."
        raise FileError(msg)


def check_broken(count: int) -> None:
    """Refuse a text file with so many records that cannot be taken apart that it is no table.

    Parameters
    ----------
    count
        Such records so far.

    Raises
    ------
    FileError
        If there are more than `MOST_BROKEN`.
    """
    if count > MOST_BROKEN:
        msg = (
            f"more than {MOST_BROKEN:,} of its records cannot be taken apart into columns. "
            "Check 'delimiter' in gcrm.toml, and that it is a table at all."
        )
        raise FileError(msg)


def check_rows(rows: int, size: int, most: int, *, dense: bool = True) -> None:
    """Refuse a file that says it holds more rows than the limit, or more than so few bytes can hold.

    Parameters
    ----------
    rows
        Rows that the file says it holds.
    size
        Bytes of the file.
    most
        Most rows that it may hold.
    dense
        Whether the format packs so well that many rows in few bytes are suspicious.

    Raises
    ------
    FileError
        If it holds too many.
    """
    if rows > most:
        msg = (
            f"it holds {rows:,} rows, the limit is {most:,}. "
            "If it is what it should be, raise limits.rows in gcrm.toml."
        )
        raise FileError(msg)
    if dense and rows > _MB and rows > 100 * size:
        msg = f"it says that it holds {rows:,} rows in {size:,} bytes: no table is that dense. Write it anew."
        raise FileError(msg)
