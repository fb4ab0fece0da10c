"""The run: one question after another, at the rate of all processes together, each answer kept before the next."""

from __future__ import annotations

import logging
import signal
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from gcrm.errors import DependencyError, RemoteError
from gcrm.geocode.remote.key import make_folder, make_key, read_key
from gcrm.geocode.remote.provider import Service, geocoder, key, service
from gcrm.geocode.remote.question import Asked, Question, questions
from gcrm.geocode.remote.reading import Answer, read
from gcrm.geocode.remote.store import Store, exists, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from decimal import Decimal

    import duckdb

    from gcrm.settings import Settings
    from gcrm.settings.remote import Remote

_LOG = logging.getLogger(__name__)
EXAMPLES = 5


@dataclass(frozen=True)
class Pace:
    """How a run behaves when it is not answered.

    Attributes
    ----------
    tries
        Requests for one question before it is given up.
    first_s
        Seconds before the second try; they double with each.
    patience_s
        A pause longer than this ends the run.
    failures
        Questions in a row without an answer that end the run.
    """

    tries: int = 4
    first_s: float = 1.0
    patience_s: float = 120.0
    failures: int = 3


PACE = Pace()


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


@dataclass
class Sent:
    """What a run did.

    Attributes
    ----------
    requests
        Requests sent, repeated ones too.
    states
        State of an answer -> how many came.
    failed
        Questions that got no answer; they are asked again by the next run.
    elsewhere
        Questions that another process answered, or is asking, meanwhile.
    left
        Questions that were not asked.
    stopped
        Why the run ended before its time; empty where it did not.
    """

    requests: int = 0
    states: dict[str, int] = field(default_factory=dict)
    failed: int = 0
    elsewhere: int = 0
    left: int = 0
    stopped: str = ""


class _StopError(Exception):
    """The run ends here; the message says why."""


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
    remote = _remote(settings)
    found = service(remote)
    asked = questions(con, settings.geocode.country, remote.send)
    return _plan(asked, found, settings, remote)


def _plan(asked: Asked, found: Service, settings: Settings, remote: Remote) -> Plan:
    folder = settings.geocode.remote_folder
    open_, spent = tuple(asked.places), 0
    if exists(folder):
        secret = read_key(folder)
        with open_store(folder, found) as store:
            known, spent = store.answers(), store.spent()
        open_ = tuple(q for q in open_ if q.hash(secret, found) not in known)
    now = min(len(open_), max(0, remote.max_per_day - spent))
    return Plan(found, asked.places, open_, asked.held_back, spent, now, len(open_) * remote.cost_per_request)


def send(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    *,
    actor: str,
    limit: int | None = None,
    pace: Pace = PACE,
    on_answer: Callable[[int, int], None] = lambda _done, _planned: None,
) -> Sent:
    """Send the open questions of a project and keep the answers; the next build uses them.

    Parameters
    ----------
    con
        Connection with `ingest` and `geocode` attached.
    settings
        The project's settings, read from its folder.
    actor
        Who sends; the audit says so.
    limit
        Most addresses to ask about; all of them where null.
    pace
        How the run behaves when it is not answered.
    on_answer
        Called after each question with how many are done, and of how many.

    Returns
    -------
    Sent
        What was sent, what came, and why it ended where it did before its time.

    Raises
    ------
    DependencyError
        If geopy is not installed.
    RemoteError
        If nobody agreed to it, no remote geocoder is named, it may not be asked, or answers cannot be kept.
    """
    remote = _remote(settings)
    if not remote.consent:
        msg = (
            "Nobody agreed to send addresses of customers to others. Whoever may decide it writes into "
            '[geocode.remote]: consent = true, agreed_by = "...", agreed_on = 2026-01-31. Nothing was sent.'
        )
        raise RemoteError(msg)
    planned = plan(con, settings)
    client = _client(planned.service, remote)
    folder = settings.geocode.remote_folder
    make_folder(folder)
    secret = make_key(folder)
    chosen = planned.open if limit is None else planned.open[:limit]
    sent = Sent(left=len(chosen))
    if not chosen:
        return sent
    with open_store(folder, planned.service) as store, _stoppable() as stop:
        run = _Run(store, client, remote, pace, stop, sent)
        batch = store.begin(actor, remote, len(chosen))
        try:
            for number, question in enumerate(chosen, 1):
                run.settle(question, question.hash(secret, planned.service), batch)
                sent.left -= 1
                on_answer(number, len(chosen))
        except _StopError as why:
            sent.stopped = str(why)
        finally:
            store.end(batch)
    _LOG.info("%s: %d requests, %s", planned.service.identity, sent.requests, sent.states)
    return sent


def _remote(settings: Settings) -> Remote:
    if settings.geocode.remote is None:
        msg = "No remote geocoder is named, so none is asked. The table [geocode.remote] of gcrm.toml names one."
        raise RemoteError(msg)
    return settings.geocode.remote


@dataclass(frozen=True)
class _Client:
    """Asks one service one question."""

    service: Service
    geocoder: Any

    def ask(self, question: Question) -> Answer:
        """Return what the service says; `FetchError` where it says nothing that can be used."""
        from geopy.exc import GeopyError  # noqa: PLC0415 - an optional package

        from gcrm.geocode.remote.web import FetchError  # noqa: PLC0415

        options: dict[str, Any] = {}
        word = self.service.provider.countries
        if word and question.country:
            options[word] = [question.country.lower()]
        if self.service.provider.name == "nominatim":
            options["addressdetails"] = True
        try:
            location = self.geocoder.geocode(question.text, exactly_one=True, **options)
            if location is None:
                return Answer("nothing")
            point = float(location.longitude), float(location.latitude)
            return read(self.service.provider.name, question, *point, location.raw)
        except FetchError as error:
            if error.why == "refused":
                return Answer("refused")
            raise
        # geopy takes answers apart as if they were always whole.
        except (GeopyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
            raise FetchError(why="unreadable") from None


def _client(found: Service, remote: Remote) -> _Client:
    secret = key(remote)
    try:
        from gcrm.geocode.remote.web import OneServer  # noqa: PLC0415 - an optional package
    except ImportError as error:
        msg = "geopy is not installed; remote geocoders need it: pip install 'gcrm[remote]'"
        raise DependencyError(msg) from error
    return _Client(found, geocoder(found, secret, lambda **_: OneServer(found.server, remote.timeout_s)))


@dataclass
class _Run:
    """A run under way."""

    store: Store
    client: _Client
    remote: Remote
    pace: Pace
    stop: threading.Event
    sent: Sent
    failed_in_a_row: int = 0

    def settle(self, question: Question, hashed: bytes, batch: int) -> None:
        """Ask one question until it is answered or given up."""
        for number in range(self.pace.tries):
            if not self._take_turn(hashed, batch):
                self.sent.elsewhere += 1
                return
            self.sent.requests += 1
            answer = self._try(question, number)
            if answer is not None:
                self.store.keep(hashed, answer, batch)
                self.sent.states[answer.state] = self.sent.states.get(answer.state, 0) + 1
                self.failed_in_a_row = 0
                return
        self.store.release(hashed)
        self.sent.failed += 1
        self.failed_in_a_row += 1
        if self.failed_in_a_row >= self.pace.failures:
            msg = (
                f"{self.client.service.server.host} gave no usable answer to {self.failed_in_a_row} questions in a row"
            )
            raise _StopError(msg)

    def _take_turn(self, hashed: bytes, batch: int) -> bool:
        """Wait for a turn; False where another process has the question."""
        while True:
            if self.stop.is_set():
                msg = "it was told to stop"
                raise _StopError(msg)
            turn = self.store.turn(hashed, batch, self.remote)
            if turn.verdict == "go":
                return True
            if turn.verdict in {"known", "claimed"}:
                return False
            if turn.verdict == "spent":
                msg = f"the {self.remote.max_per_day:,} requests of today (UTC) are used up; go on tomorrow"
                raise _StopError(msg)
            self._check_patience(turn.wait_s)
            self.stop.wait(turn.wait_s)

    def _check_patience(self, wait_s: float) -> None:
        if wait_s > max(self.pace.patience_s, 1 / self.remote.per_second):
            back = datetime.now(UTC) + timedelta(seconds=wait_s)
            msg = f"{self.client.service.server.host} asks to come back at {back:%Y-%m-%d %H:%M} UTC"
            raise _StopError(msg)

    def _try(self, question: Question, number: int) -> Answer | None:
        """Send one request; null where there was no answer but another try may help."""
        from gcrm.geocode.remote.web import FetchError  # noqa: PLC0415

        host = self.client.service.server.host
        try:
            return self.client.ask(question)
        except FetchError as error:
            said = f" ({error.status})" if error.status else ""
            if error.why == "denied":
                msg = f"{host} refuses to answer{said}: check the key, its rights and its quota"
                raise _StopError(msg) from None
            if error.why in {"redirect", "elsewhere"}:
                msg = f"{host} sends requests on to another place{said}, and no other is asked: check 'endpoint'"
                raise _StopError(msg) from None
            back_off_s = self.pace.first_s * 2**number
            self.store.pause(error.retry_s if error.why == "busy" and error.retry_s is not None else back_off_s)
            _LOG.info("%s: %s%s", host, error.why, said)
            return None


@contextmanager
def _stoppable() -> Iterator[threading.Event]:
    """Let Ctrl+C and SIGTERM end the run after the request under way, so that its answer is kept."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def tell(number: int, frame: Any) -> None:
        if stop.is_set() and callable(before[number]):
            before[number](number, frame)
        stop.set()

    before: dict[int, Any] = {number: signal.signal(number, tell) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
