"""A project opened for reading: its newest snapshot, and what it can be asked."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from gcrm.cube import demand
from gcrm.cube.ground import Ground, ground_of
from gcrm.cube.model import model_of
from gcrm.cube.suppression.release import Table, given_out
from gcrm.warehouse.reader import open_newest
from gcrm.warehouse.snapshot import FOLDER, Manifest, newest

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    import duckdb

    from gcrm.access.scope import Scope
    from gcrm.cube.model import Dimension, Measure, Model
    from gcrm.settings import Settings
    from gcrm.warehouse.reader import Reader


class Opened:
    """A project opened for reading, which moves to newer snapshots when it is told to.

    Attributes
    ----------
    folder
        The project's folder.
    scope
        Who reads.
    reader
        The snapshot that questions are answered from, opened.
    """

    def __init__(self, folder: Path, scope: Scope) -> None:
        self.folder = folder
        self.scope = scope
        self._lock = threading.Lock()
        self._asked = demand.Ledger(folder / FOLDER)
        self._known: tuple[int, Ground] | None = None
        self.reader = open_newest(folder)

    @property
    def manifest(self) -> Manifest:
        """The snapshot that questions are answered from."""
        return self.reader.manifest

    @property
    def settings(self) -> Settings:
        """The settings that the snapshot was built with."""
        return self.reader.settings

    def refresh(self) -> bool:
        """Move to the newest snapshot; queries under way finish on the one they began with.

        Returns
        -------
        bool
            True where there was a newer one.
        """
        with self._lock:
            manifest = newest(self.folder)
            if manifest is None or manifest.sequence == self.manifest.sequence:
                return False
            self.reader = open_newest(self.folder)
            return True

    def close(self) -> None:
        """Let go of the snapshot; nothing can be asked afterwards."""
        self.reader.close()

    @property
    def model(self) -> Model:
        """What the project can be asked: its measures, dimensions and hierarchies."""
        return model_of(self.settings)

    @property
    def measures(self) -> dict[str, Measure]:
        """Every measure by name, in the order in which they are offered."""
        return dict(self.model.measures)

    @property
    def dimensions(self) -> dict[str, Dimension]:
        """Everything figures can be grouped by."""
        return dict(self.model.dimensions)

    @property
    def released(self) -> tuple[Table, ...]:
        """The tables that are given out: all that readers without record rights can ask."""
        return given_out(self.cursor(), self.settings, self.model)

    @property
    def period_range(self) -> tuple[date, date]:
        """First and last day of the project's orders."""
        days = self._ground(self.reader).whole
        return days.first, days.last

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a connection of its own over the snapshot, for one thread."""
        return self.reader.cursor()

    def _ground(self, reader: Reader) -> Ground:
        """Return what questions to a snapshot stand on; of the last one it is kept."""
        known, number = self._known, reader.manifest.sequence
        if known is None or known[0] != number:
            known = self._known = (number, ground_of(reader.cursor()))
        return known[1]
