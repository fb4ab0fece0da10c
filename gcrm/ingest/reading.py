"""A reading: one source file, opened, with its columns known and its rows ready for DuckDB."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from gcrm.errors import SourceError
from gcrm.settings import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    import duckdb
    from pyproj import CRS

    from gcrm.settings import Source


@dataclass(frozen=True)
class Origin:
    """A source of gcrm.toml together with the place of its file, or of one of its files.

    Attributes
    ----------
    name
        Name of the source in gcrm.toml.
    source
        What gcrm.toml says about it.
    path
        The file.
    limits
        What reading it may take.
    label
        What to call the file; null where it is called as gcrm.toml names it.
    """

    name: str
    source: Source
    path: Path
    limits: Limits = field(default_factory=Limits)
    label: str | None = None

    @property
    def file(self) -> str:
        """What the ledger and messages call the file: its path as gcrm.toml names it, or a table's name."""
        return self.label or self.source.place

    def refuse(self, found: str) -> SourceError:
        """Return the error that says what was found in this source, and what to do."""
        return SourceError(f"Source '{self.name}' ({self.file}): {found}")


@dataclass(frozen=True)
class Column:
    """A column of a file.

    Attributes
    ----------
    name
        Name in the file.
    type
        Type that DuckDB gives it; `VARCHAR` throughout for text files.
    """

    name: str
    type: str


@dataclass(frozen=True)
class Lines:
    """How the records of a text file lie on its physical lines.

    Attributes
    ----------
    physical
        Lines of the file, counted by its line ends.
    header
        Lines of the header.
    records
        Numbers (1-based, ascending) of the records that span more than one line.
    extra
        How many lines more than one each of these spans.
    """

    physical: int
    header: int
    records: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    extra: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that cannot be taken apart into columns.

    Attributes
    ----------
    row_no
        Number of the record, 1-based.
    reason, detail
        Short code, and a sentence without the record's content.
    """

    row_no: int
    reason: str
    detail: str


@dataclass(frozen=True)
class Reading:
    """One opened file.

    Attributes
    ----------
    format
        What the file is, as told to the user.
    columns
        Its columns; column number i is called `c<i>` in the relation.
    relation
        What stands after FROM to read the rows.
    parameters
        Values of the `$name` parameters of the relation.
    row_no
        SQL for the number of a record (1-based) where the relation knows it; null where it delivers the records in the
        order of the file.
    crs
        CRS of the geometry, as the file or the format says; null where they do not.
    geometry
        Name of the column with the geometry as WKB; null where the file has none.
    geometry_type
        Geometry type that the whole layer declares (`Point`, `MultiPolygon`); null where it does not or they are mixed.
    may_hold_nul
        False where it is known that no text holds a NUL character.
    records
        Records that the file holds, broken ones included; null where that is known only afterwards.
    lines
        Lines of a text file; null for other formats. Complete once the rows have been read.
    broken
        Finds the records that the relation left out, in the order of the file, once it has delivered so many rows.
    careful
        Another, slower reading of the same file for when the relation fails or its rows do not add up.
    """

    format: str
    columns: tuple[Column, ...]
    relation: str
    parameters: dict[str, Any] = field(default_factory=dict)
    row_no: str | None = None
    crs: CRS | None = None
    geometry: str | None = None
    geometry_type: str | None = None
    may_hold_nul: bool = True
    records: int | None = None
    lines: Callable[[], Lines] | None = None
    broken: Callable[[int], Sequence[Broken]] = lambda _rows: ()
    careful: Callable[[], AbstractContextManager[Reading]] | None = None


class Reader(Protocol):
    """What every reader module offers."""

    def open_reading(self, con: duckdb.DuckDBPyConnection, origin: Origin) -> AbstractContextManager[Reading]:
        """Open the file of a source.

        Raises
        ------
        SourceError
            If the file is not what its name says, or is damaged.
        """
        ...  # pragma: no cover
