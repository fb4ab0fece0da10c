"""The books of a generated project: the open files, and what is true of what was written to them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from gcrm.generate.frame import Frame, Sink
from gcrm.generate.spoil import Flaw, spoil
from gcrm.generate.world import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from numpy.typing import NDArray

    from gcrm.generate.choice import Choice
    from gcrm.generate.frame import Format
    from gcrm.generate.world import World

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Chunk:
    """A chunk of the customers.

    Attributes
    ----------
    start, stop
        The customers `start` to `stop`, counted from 0, belong to it.
    count
        Number of all customers.
    bad
        Number of bad rows to all customers.
    """

    start: int
    stop: int
    count: int
    bad: int

    def share(self, total: int) -> tuple[int, int]:
        """Return where the part of `total` rows that belongs to the chunk starts and stops."""
        return total * self.start // self.count, total * self.stop // self.count

    def bad_rows(self, flaws: int) -> list[int]:
        """Return the bad rows of every flaw; all flaws of all chunks make up the whole number of bad rows."""
        limits = [self.share(self.bad * (k + 1) // flaws - self.bad * k // flaws) for k in range(flaws)]
        return [stop - start for start, stop in limits]


class Books:
    """The open files, and what was written to them.

    Attributes
    ----------
    rows, rejects
        As in `Truth`.
    outside
        Customers outside every zone.
    customers, orders, cents
        Counts and revenue per zone; the last entry is for those outside.
    chosen, expected
        Customers per store, as they chose and as their choice made them expect.
    """

    def __init__(self, folder: Path, file_format: Format, files: ExitStack, world: World) -> None:
        self.rows: dict[str, int] = {}
        self.rejects: dict[str, dict[str, int]] = {}
        self.outside = 0
        self.customers, self.orders, self.cents = (np.zeros(len(world.zones) + 1, np.int64) for _ in range(3))
        self.chosen, self.expected = np.zeros(len(world.stores), np.int64), np.zeros(len(world.stores))
        self._world = world
        self._folder, self._format, self._files = folder, file_format, files
        self._sinks: dict[str, Sink] = {}
        self._bad: list[pa.Table] = []

    def write(self, name: str, frame: Frame, good: int | None = None) -> int:
        """Append rows to a source.

        Parameters
        ----------
        name
            The source.
        frame
            Rows, good and bad.
        good
            How many of them are good; all where null.

        Returns
        -------
        int
            Rows that were there before.
        """
        sink = self._sink(f"data/{name}", self._format)
        before = sink.rows
        sink.write(frame.table())
        self.rows[name] = self.rows.get(name, 0) + (len(frame) if good is None else good)
        return before

    def write_spoiled(
        self, name: str, frame: Frame, flaws: Sequence[Flaw], bad: Sequence[int], rng: np.random.Generator
    ) -> None:
        """Append good rows and bad ones to a source, and note the bad ones.

        Parameters
        ----------
        name
            The source.
        frame
            Good rows.
        flaws, bad
            The ways of being bad, and the bad rows of each.
        rng
            Random numbers.
        """
        spoiled = spoil(frame, flaws, bad, rng)
        before = self.write(name, spoiled.frame, len(frame))
        counts = self.rejects.setdefault(name, {flaw.reason: 0 for flaw in flaws})
        for flaw, count in zip(flaws, bad, strict=True):
            counts[flaw.reason] += count
        flaw_of = pa.array(spoiled.flaws)
        columns = {
            "source": pa.array([name] * len(spoiled.rows), pa.string()),
            "row_no": pa.array(before + spoiled.rows + 1),
            "reason": pa.array([f.reason for f in flaws]).take(flaw_of),
            "column_name": pa.array([f.column for f in flaws]).take(flaw_of),
        }
        self._bad.append(pa.table(columns))

    def note_customers(self, table: pa.Table, zone: Ints) -> None:
        """Write the truth about good customers."""
        self._sink("truth/customers", "parquet").write(table)
        self.customers += np.bincount(zone, minlength=len(self.customers))
        self.outside = int(self.customers[OUTSIDE])

    def note_orders(self, zone: Ints, cents: Ints) -> None:
        """Add good orders to the truth about their zones."""
        self.orders += np.bincount(zone, minlength=len(self.orders))
        self.cents += np.bincount(zone, cents, len(self.cents)).astype(np.int64)

    def note_choice(self, store: Ints, expected: Floats) -> None:
        """Add customers to the truth about the stores that they chose."""
        self.chosen += np.bincount(store, minlength=len(self.chosen))
        self.expected += expected

    def write_truth(self, choice: Choice) -> None:
        """Write the truth about bad rows, zones and the choice of a store."""
        bad = pa.concat_tables(self._bad).sort_by([("source", "ascending"), ("row_no", "ascending")])
        pq.write_table(bad, self._folder / "truth" / "rejects.parquet")
        columns = {"customers": self.customers[:-1], "orders": self.orders[:-1], "revenue": self.cents[:-1]}
        zones = Frame(columns, money=("revenue",)).table()
        zones = zones.add_column(0, "zone_id", pa.array(self._world.zones["zone_id"].tolist()))
        pq.write_table(zones, self._folder / "truth" / "zones.parquet")
        if choice.rule != "zone":
            stores = pa.table({"store_id": self._world.stores, "customers": self.chosen, "expected": self.expected})
            pq.write_table(stores, self._folder / "truth" / "stores.parquet")
            (self._folder / "truth" / "choice.json").write_text(json.dumps(choice.truth), encoding="utf-8")

    def _sink(self, name: str, file_format: Format) -> Sink:
        if name not in self._sinks:
            sink = Sink(self._folder / f"{name}.{file_format}", file_format)
            self._sinks[name] = self._files.enter_context(sink)
        return self._sinks[name]
