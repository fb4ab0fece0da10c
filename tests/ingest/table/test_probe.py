"""Which Parquet files are read in a process of their own first: those whose texts could take much room at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from gcrm.ingest.table.probe import may_swell

if TYPE_CHECKING:
    from pathlib import Path

MB = 1 << 20


def swells(path: Path, values: Any) -> bool:
    """Say whether a file with these values might take more than 100 MB."""
    pq.write_table(pa.table({"text": values}), path)
    return may_swell(pq.read_metadata(path), 100)


def test_few_long_texts_cannot_and_many_rows_of_one_might(tmp_path: Path) -> None:
    path = tmp_path / "it.parquet"
    long = ["x" * MB]
    assert not swells(path, long * 10)
    assert swells(path, pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int32()), long))
    assert not swells(path, list(range(1000)))


def test_a_list_counts_by_its_values(tmp_path: Path) -> None:
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int32()), ["x" * MB])
    assert swells(tmp_path / "it.parquet", pa.ListArray.from_arrays([0, 1000], words))
