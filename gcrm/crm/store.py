"""The operational store: what people write, visible to everybody at once."""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from gcrm.crm import consent, engine, erasure, log, redaction, schema
from gcrm.crm.entity import ENTITIES
from gcrm.crm.moment import Moment
from gcrm.crm.query import Order, find, get
from gcrm.crm.rule import actor as checked_actor
from gcrm.crm.unit import Unit
from gcrm.errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from gcrm.crm.erasure import Tombstones
    from gcrm.crm.record import Consent, R, Record, Subject
    from gcrm.settings import Settings


class Store:
    """The operational store of a project. Safe to use from several threads; close it when done.

    Attributes
    ----------
    place
        File, or host and database; never a password.
    """

    def __init__(self, door: engine.Door) -> None:
        self._door = door
        self.place = door.place
        weakref.finalize(self, door.engine.dispose)  # also where nobody closes it

    def close(self) -> None:
        """Close its connections; whoever uses it again opens new ones."""
        self._door.engine.dispose()

    def __enter__(self) -> Self:
        """Return the store."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @contextmanager
    def write(self, actor: str) -> Iterator[Unit]:
        """Begin a unit of work: one transaction, committed at the end, undone on an exception.

        Units take turns: from its first write on, at the latest, others wait. Do nothing slow inside.

        Parameters
        ----------
        actor
            Who acts; the log says so.

        Yields
        ------
        Unit
            What adds, changes and removes.

        Raises
        ------
        RecordError
            If there is no actor.
        StoreError
            If the store cannot be reached or written, or is kept busy by others for too long.
        """
        name = checked_actor(actor)
        with self._door.writing(at_once=False) as con:
            yield Unit(con, name, self._door.take_turn)

    @contextmanager
    def moment(self) -> Iterator[Moment]:
        """Give the whole store as it is at one moment, whatever others write meanwhile."""
        with self._door.reading(at_one_moment=True) as con:
            yield Moment(con)

    def get(self, kind: type[R], id: int) -> R | None:  # noqa: A002 - the word of every table here
        """Return a record by its number; null where there is none or it was removed."""
        with self._door.reading() as con:
            return get(con, kind, id)

    def find(self, kind: type[R], *, order_by: Order = "id", limit: int | None = None, **where: Any) -> list[R]:
        """Return records whose fields equal what is asked for.

        Parameters
        ----------
        kind
            Type of the records.
        order_by
            A field or several; `-` before a name is the other way round. Nulls come last.
        limit
            Most records; null is all.
        **where
            Field -> value, such as `subject=Subject("customer", "C1")`; a list of values is any of them.

        Returns
        -------
        list of Record
            Values apart from the database.

        Raises
        ------
        QueryError
            If the records have no such field.
        """
        with self._door.reading() as con:
            return find(con, kind, order_by=order_by, limit=limit, **where)

    def history(self, kind: type[Record], id: int) -> list[log.Change]:  # noqa: A002
        """Return the entries of the log about one record, removed ones too, in order."""
        with self._door.reading() as con:
            return log.entries(con, entity=ENTITIES[kind], entity_id=id)

    def changes(self, after: int = 0, limit: int | None = None) -> list[log.Change]:
        """Return the entries of the log with a number above `after`, in order."""
        with self._door.reading() as con:
            return log.entries(con, after=after, limit=limit)

    def pending(self, identity: str | None, number: int) -> int:
        """Return how many changes a build would read that an earlier one has not read.

        Parameters
        ----------
        identity, number
            The store that the earlier build read (null where it read none), and the newest change in it.

        Returns
        -------
        int
            Changes of records that enter a build; all of them where it read another store.
        """
        with self.moment() as moment:
            return moment.count_since(number if identity == moment.identity else 0)

    def last_change(self) -> int:
        """Return the number of the newest entry of the log; 0 where nothing was ever written."""
        with self._door.reading() as con:
            return log.last(con)

    def consent(self, subject: Subject, channel: str, purpose: str) -> bool:
        """Say whether a subject agrees to be reached; without a word of it, no.

        Parameters
        ----------
        subject
            Who.
        channel, purpose
            By which channel, and for what; written alike before they are compared.

        Returns
        -------
        bool
            True where its latest word is a consent.
        """
        with self._door.reading() as con:
            found = consent.latest(con, channel, purpose, subject).get(subject)
        return found is not None and found.granted

    def consents(self, channel: str, purpose: str) -> dict[Subject, Consent]:
        """Return, for each subject that ever gave or withdrew it, its latest consent."""
        with self._door.reading() as con:
            return consent.latest(con, channel, purpose)

    def erase(self, subjects: Iterable[Subject], *, addresses: Collection[str] = (), actor: str) -> int:
        """Forget subjects: see `erasure.erase`.

        Parameters
        ----------
        subjects
            Whom to forget; they need not be known here.
        addresses
            Keys of addresses that nobody else has: what was decided about them is erased too.
        actor
            Who forgets them.

        Returns
        -------
        int
            Records erased.
        """
        return erasure.erase(self._door, subjects, checked_actor(actor), addresses)

    def redact(self, clean: Callable[[str], str], *, actor: str) -> int:
        """Take texts out of all records, and out of the log: see `redaction.redact`.

        Parameters
        ----------
        clean
            Returns a text as it may stay.
        actor
            Who does it.

        Returns
        -------
        int
            Records that were changed.
        """
        with self._door.writing() as session:
            changed = redaction.redact(session, clean, checked_actor(actor))
        erasure.clear(self._door)
        return changed

    def forgotten(self, kind: str, subject_id: str) -> bool:
        """Say whether a subject was forgotten."""
        with self._door.reading() as con:
            return erasure.is_forgotten(con, kind, subject_id)

    def tombstones(self) -> Tombstones:
        """Return the hashes of everybody who was forgotten, and the salt that makes them."""
        with self._door.reading() as con:
            return erasure.tombstones(con)


def door(folder: Path, settings: Settings) -> engine.Door:
    """Return the door to a project's database, whether it stands or not."""
    return engine.postgresql(settings.crm) if settings.crm.url else engine.sqlite(folder / engine.FILE_NAME)


def exists(folder: Path, settings: Settings) -> bool:
    """Say whether a project has an operational store.

    Raises
    ------
    StoreError
        If its server cannot be reached, or its file is damaged.
    """
    if not settings.crm.url and not (folder / engine.FILE_NAME).exists():
        return False
    found = door(folder, settings)
    try:
        return schema.stands(found)
    finally:
        found.engine.dispose()


def open_store(folder: Path, settings: Settings, *, create: bool = True) -> Store:
    """Open the operational store of a project; make it, or bring it up to date, where needed.

    Parameters
    ----------
    folder
        The project's folder.
    settings
        The project's settings; `[crm]` says where the store lies.
    create
        False refuses where there is none.

    Returns
    -------
    Store
        The opened store.

    Raises
    ------
    ProjectError
        If there is none and none may be made, or the folder is not there.
    StoreError
        If it cannot be reached or read, or is newer than this program.
    """
    if not folder.is_dir():
        msg = f"There is no folder {folder}."
        raise ProjectError(msg)
    if not create and not exists(folder, settings):
        msg = "This project has no operational store yet: nothing was ever written in it."
        raise ProjectError(msg)
    found = door(folder, settings)
    try:
        schema.migrate(found)
    except BaseException:
        found.engine.dispose()
        raise
    return Store(found)
