"""Rows on their way into a Parquet file: what an extract holds does not pass through memory as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_BATCH = 100_000


@dataclass
class Writer:
    """A Parquet file that rows are added to.

    Attributes
    ----------
    path
        The file to make.
    columns
        Name and type of each column: `text`, `number`, `whole` or `bytes`.
    metadata
        Key -> value of the file's own metadata.
    count
        Rows added so far.
    """

    path: Path
    columns: tuple[tuple[str, str], ...]
    metadata: dict[str, str] = field(default_factory=dict)
    count: int = 0
    _rows: list[tuple[Any, ...]] = field(default_factory=list)
    _file: Any = None

    def add(self, row: tuple[Any, ...]) -> None:
        """Add a row: a value for each column."""
        self._rows.append(row)
        self.count += 1
        if len(self._rows) >= _BATCH:
            self._flush()

    def close(self) -> None:
        """Write what is left, and the end of the file."""
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        import pyarrow as pa  # noqa: PLC0415 - this process starts faster without, where it is not needed
        import pyarrow.parquet as pq  # noqa: PLC0415

        types = {"text": pa.string(), "number": pa.float64(), "whole": pa.int64(), "bytes": pa.binary()}
        schema = pa.schema([(name, types[kind]) for name, kind in self.columns], self.metadata or None)
        self._file = self._file or pq.ParquetWriter(self.path, schema, compression="zstd")
        values = list(zip(*self._rows, strict=True)) or [()] * len(schema)
        self._file.write_table(pa.table([pa.array(v, f.type) for v, f in zip(values, schema, strict=True)], schema))
        self._rows = []
