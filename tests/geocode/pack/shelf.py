"""Packs made of literal rows, and what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from gcrm.geocode.pack.build import Origins, build_pack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gcrm.geocode.pack import Pack

NAMES = ("house_number", "street", "unit", "postcode", "city", "lon", "lat")


def write(path: Path, *rows: Sequence[Any], names: Sequence[str] = NAMES) -> Path:
    """Write rows as CSV or Parquet, by the ending of the file."""
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    table = pa.table(dict(zip(names, (pa.array(c) for c in columns), strict=True)))
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    else:
        pyarrow.csv.write_csv(table, path)
    return path


def make(target: Path, *sources: Path, **said: Any) -> Pack:
    """Make a pack of files."""
    return build_pack(sources, target, Origins(**said))


def pack(folder: Path, *rows: Sequence[Any], name: str = "some") -> Pack:
    """Make a pack of rows."""
    return make(folder / f"{name}.pack", write(folder / f"{name}.csv", *rows))


def rows(made: Pack, table: str, *names: str) -> list[tuple[Any, ...]]:
    """Return the rows of a table of a pack, in their order."""
    found = pq.read_table(made.file(table))
    return list(zip(*(found.column(n).to_pylist() for n in names or found.column_names), strict=True))
