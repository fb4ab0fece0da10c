"""The dry run: how many addresses would be sent, for how much, and what exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcrm.errors import RemoteError
from gcrm.geocode.remote.key import read_key
from gcrm.geocode.remote.provider import Service, service
from gcrm.geocode.remote.question import Asked, Question, questions
from gcrm.geocode.remote.store import exists, open_store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    import duckdb

    from gcrm.settings import Settings
    from gcrm.settings.remote import Remote

#: So many addresses are shown as they would be sent.
EXAMPLES = 5


@dataclass(frozen=True)
class Plan:
    """What a run would do.

    Attributes
    ----------
    service
        Whom it would ask.
    questions
        Every address that may be sent, with the places that it is about.
    open
        Those without a kept answer, in the order in which they would be sent.
    held_back
        Why -> how many places are not asked about.
    spent_today
        Requests that were sent today (UTC).
    now
        Addresses that the rest of the day allows for.
    cost
        What all open questions cost, without repeated requests, in the project's currency.
    """

    service: Service
    questions: Mapping[Question, tuple[int, ...]]
    open: tuple[Question, ...]
    held_back: Mapping[str, int]
    spent_today: int
    now: int
    cost: Decimal

    @property
    def examples(self) -> tuple[str, ...]:
        """What would be sent, for a few."""
        return tuple(question.text for question in self.open[:EXAMPLES])


def plan(con: duckdb.DuckDBPyConnection, settings: Settings) -> Plan:
    """Say what a run would send; nothing is sent, and nothing written.

    Parameters
    ----------
    con
        Connection with `ingest` and `geocode` attached.
    settings
        The project's settings, read from its folder.

    Returns
    -------
    Plan
        What it would do.

    Raises
    ------
    RemoteError
        If no remote geocoder is named, or it may not be asked.
    """
    remote = named(settings)
    found = service(remote)
    asked = questions(con, settings.geocode.country, remote.send)
    return _plan(asked, found, settings, remote)


def _plan(asked: Asked, found: Service, settings: Settings, remote: Remote) -> Plan:
    folder = settings.geocode.remote_folder
    open_, spent = tuple(asked.places), 0
    if exists(folder):
        secret = read_key(folder)
        with open_store(folder, found) as store:
            known, spent = store.answers(), store.meter.spent()
        open_ = tuple(q for q in open_ if q.hash(secret, found) not in known)
    now = min(len(open_), max(0, remote.max_per_day - spent))
    return Plan(found, asked.places, open_, asked.held_back, spent, now, len(open_) * remote.cost_per_request)


def named(settings: Settings) -> Remote:
    """Return what a project says about its remote geocoder.

    Raises
    ------
    RemoteError
        If it names none.
    """
    if settings.geocode.remote is None:
        msg = "No remote geocoder is named, so none is asked. The table [geocode.remote] of gcrm.toml names one."
        raise RemoteError(msg)
    return settings.geocode.remote
