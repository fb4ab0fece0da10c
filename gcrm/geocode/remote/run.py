"""The run: one question after another, at the rate of all processes together, each answer kept before the next."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gcrm.errors import RemoteError
from gcrm.geocode.remote.client import Client, client
from gcrm.geocode.remote.interruption import stoppable
from gcrm.geocode.remote.key import make_folder, make_key
from gcrm.geocode.remote.planning import named, plan
from gcrm.geocode.remote.store import Store, open_store

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    import duckdb

    from gcrm.geocode.remote.answer import Answer
    from gcrm.geocode.remote.question import Question
    from gcrm.settings import Settings
    from gcrm.settings.remote import Remote

_LOG = logging.getLogger(__name__)


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
    remote = named(settings)
    if not remote.consent:
        msg = (
            "Nobody agreed to send addresses of customers to others. Whoever may decide it writes into "
            '[geocode.remote]: consent = true, agreed_by = "...", agreed_on = 2026-01-31. Nothing was sent.'
        )
        raise RemoteError(msg)
    planned = plan(con, settings)
    asking = client(planned.service, remote)
    folder = settings.geocode.remote_folder
    make_folder(folder)
    secret = make_key(folder)
    chosen = planned.open if limit is None else planned.open[:limit]
    sent = Sent(left=len(chosen))
    if not chosen:
        return sent
    with open_store(folder, planned.service) as store, stoppable() as stop:
        run = _Run(store, asking, remote, pace, stop, sent)
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


@dataclass
class _Run:
    """A run under way."""

    store: Store
    client: Client
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
        self.store.meter.release(hashed)
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
            turn = self.store.meter.turn(hashed, batch, self.remote)
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
            self.store.meter.pause(error.retry_s if error.why == "busy" and error.retry_s is not None else back_off_s)
            _LOG.info("%s: %s%s", host, error.why, said)
            return None
