"""Where a store of the tests lies; it travels to other processes."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003

from gcrm import crm
from gcrm.settings import Settings

#: Processes that have imported the store already when they are forked, and share nothing else with the tests.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["gcrm.crm.store", "gcrm.settings", "alembic.command", "psycopg", "tests.crm.place"])
ANA = crm.Subject("customer", "C1")
BEN = crm.Subject("prospect", "P1")


@dataclass(frozen=True)
class Place:
    """A project's folder, and the URL of its store; empty for the file in the folder."""

    folder: Path
    url: str = ""

    @property
    def settings(self) -> Settings:
        """Settings that say so."""
        project = {"name": "Store", "metric_crs": "EPSG:32610"}
        return Settings.model_validate({"project": project, "crm": {"url": self.url}})

    def open(self) -> crm.Store:
        """Open the store; it is made where there is none."""
        return crm.open_store(self.folder, self.settings)
