"""What people decide about two records: kept in the operational store, remembered by every build, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gcrm import crm
from gcrm.crm import Sameness, Subject
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from gcrm.crm import Store, Unit


def two(a: str, b: str) -> tuple[Subject, Subject]:
    """Return two records in the one order that each two have.

    Parameters
    ----------
    a, b
        Identifiers: of customers (`C1` or `customer:C1`), or of prospects (`prospect:P1`).

    Returns
    -------
    tuple of Subject
        Both, ordered by kind and identifier.

    Raises
    ------
    QueryError
        If both are the same record.
    """
    first, second = sorted((_subject(a), _subject(b)))
    if first == second:
        msg = f"{a} and {b} name the same record; name two."
        raise QueryError(msg)
    return first, second


def decide(store: Store, a: str, b: str, *, same: bool | None, actor: str | None = None) -> Sameness | None:
    """Decide that two records are one party or are not, or take back what was decided.

    It outranks what the model says from the next build on, until it is taken back.

    Parameters
    ----------
    store
        The project's operational store.
    a, b
        The records; see `two`.
    same
        True where they are one party, false where they are not, null takes back what was decided.
    actor
        Who decides; the user of this machine where absent.

    Returns
    -------
    Sameness or None
        The decision as it is stored; null where it was taken back, or there was none.

    Raises
    ------
    QueryError
        If both are the same record.
    StoreError
        If the store cannot be reached or written.
    """
    with store.write(actor=actor or crm.local_actor()) as unit:
        return settle(unit, a, b, same=same)


def settle(unit: Unit, a: str, b: str, *, same: bool | None) -> Sameness | None:
    """Decide about two records within a unit of work; everything else as in `decide`.

    Parameters
    ----------
    unit
        The unit of work.
    a, b, same
        As in `decide`.

    Returns
    -------
    Sameness or None
        As of `decide`.

    Raises
    ------
    QueryError
        If both are the same record.
    """
    first, second = two(a, b)
    earlier = _earlier(unit, first, second)
    if same is None:
        for decision in earlier:
            unit.remove(decision)
        return None
    if earlier:
        return unit.change(earlier[-1], same=same)
    kind: Literal["customer", "prospect"] = "customer" if second.kind == "customer" else "prospect"
    return unit.add(Sameness(first, kind, second.id, same))


def _earlier(unit: Unit, first: Subject, second: Subject) -> list[Sameness]:
    """Return what was decided about the two; more than one only where two people decided at the same time."""
    return unit.find(Sameness, subject=first, other_kind=second.kind, other_id=second.id)


def _subject(word: str) -> Subject:
    kind, colon, own = word.partition(":")
    if colon and kind in {"customer", "prospect"}:
        return Subject("customer" if kind == "customer" else "prospect", own)
    return Subject("customer", word)
