"""Customers of whom the reference knows one, in memory, and a provider that is asked about the others."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any

from gcrm.geocode import build_geocode
from gcrm.geocode.remote import planning, run
from gcrm.geocode.remote.provider import service
from gcrm.geocode.remote.run import Pace
from gcrm.geocode.remote.store import open_store
from gcrm.settings import Settings
from tests.geocode.ground import SETTINGS, connect, insert, located

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from gcrm.geocode.remote import Plan, Sent
    from gcrm.geocode.remote.ledger import Batch

QUICK = Pace(tries=3, first_s=0.01, patience_s=5.0, failures=2)
REFERENCE = {
    "house_number": "1", "street": "Real Street", "postcode": "94110", "city": "San Francisco", "lon": -122.41,
    "lat": 37.76,
}  # fmt: skip
REMOTE = """
[project]
name = "Desk"
metric_crs = "EPSG:32610"
[geocode]
country = "US"
[geocode.remote]
provider = "nominatim"
consent = true
agreed_by = "A. Person"
agreed_on = 2026-01-31
per_second = 50
cost_per_request = 0.005
timeout_s = 2
"""


def person(street: str, name: str = "Somebody Else", *, known: bool = False, unit: str | None = None) -> dict[str, Any]:
    """A customer in the city that the reference knows, or in one that it does not."""
    postcode, city = ("94110", "San Francisco") if known else ("94199", "Fog Town")
    return {"name": name, "street": street, "unit": unit, "postcode": postcode, "city": city}


def people(unknown: int) -> tuple[dict[str, Any], ...]:
    """A customer whom the reference knows, and others whom it does not."""
    strangers = (person(f"{n} Invented Street", f"Person Number{n}", unit=f"Apt {n}") for n in range(10, 10 + unknown))
    return (person("1 Real Street", known=True), *strangers)


def stage(*customers: dict[str, Any], settings: Settings = SETTINGS) -> duckdb.DuckDBPyConnection:
    """Build the stage in memory."""
    con = connect()
    insert(con, "address_reference", REFERENCE)
    insert(con, "customer", *customers)
    build_geocode(con, settings=settings)
    return con


@cache
def strangers(unknown: int) -> duckdb.DuckDBPyConnection:
    """The stage with so many customers whom the reference does not know, without answers."""
    return stage(*people(unknown))


class Desk:
    """A project's folder and settings, and its stage."""

    def __init__(
        self, folder: Path, url: str, *, con: duckdb.DuckDBPyConnection | None = None, unknown: int = 3, **changes: Any
    ) -> None:
        body = tomllib.loads(REMOTE)
        body["geocode"]["remote"] |= {"endpoint": url, **changes}
        self.folder = folder / "remote"
        self.settings = Settings.model_validate(body, context={"folder": folder})
        self.con = con or strangers(unknown)
        self.people = people(unknown)

    def plan(self) -> Plan:
        """What would be sent."""
        return planning.plan(self.con, self.settings)

    def send(self, pace: Pace = QUICK, limit: int | None = None) -> Sent:
        """Send it."""
        return run.send(self.con, self.settings, actor="tester", limit=limit, pace=pace)

    def batches(self) -> list[Batch]:
        """The audit."""
        assert self.settings.geocode.remote is not None
        with open_store(self.folder, service(self.settings.geocode.remote)) as store:
            return store.batches()

    def located(self) -> list[tuple[Any, ...]]:
        """Level, status, rule and confidence of each customer, as a build finds them now."""
        with stage(*self.people, settings=self.settings) as con:
            return [(p["match_level"], p["status"], p["rule"], p["confidence"]) for p in located(con)]
