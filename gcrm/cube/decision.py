"""What people decide about addresses: that one was found, where it lies, or that it cannot be found.

A decision is about an address as it was written, so that every record of the address follows; it is kept in the
operational store, and counts from the next build on (see `gcrm/geocode/verdict/decision.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from gcrm.crm import Decision
from gcrm.cube.review import keys_of, visible
from gcrm.errors import QueryError, RecordError

if TYPE_CHECKING:
    import duckdb

    from gcrm.access.scope import Scope
    from gcrm.crm import Store
    from gcrm.warehouse.reader import Reader

Action = Literal["accept", "move", "not_found"]
#: Match levels whose point is the middle of something: nobody lives there, so nobody can accept it as an address.
_MIDDLES = ("street", "postcode", "place")


def decide(  # noqa: PLR0913 - each is a part of one decision
    reader: Reader,
    store: Store,
    location_id: int,
    action: Action,
    *,
    scope: Scope,
    actor: str,
    point: tuple[float, float] | None = None,
    rank: int | None = None,
    note: str | None = None,
) -> tuple[Decision, ...]:
    """Decide where an address lies; a later word on the same address takes the place of an earlier one.

    Parameters
    ----------
    reader
        The snapshot.
    store
        The project's operational store.
    location_id
        The place, as the queue lists it.
    action
        `accept` a place that was found, `move` the address to a point, or `not_found`.
    scope
        Who may see the place; it needs record rights.
    actor
        Who decides.
    point
        Longitude and latitude to move to.
    rank
        The alternative that is accepted; null accepts the point that was found.
    note
        Why.

    Returns
    -------
    tuple of Decision
        One per way in which the address is written.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If no record that the scope may see stands at the place, or it has no such alternative.
    RecordError
        If the place has no address in words, a point is missing or too much, or the middle of something is accepted.
    """
    con = visible(reader, location_id, scope)
    if (action == "move") != (point is not None) or (rank is not None and action != "accept"):
        msg = "To move an address takes a point, to accept one an alternative or none, and 'not found' neither."
        raise RecordError(msg)
    lon, lat = point or (_accepted(con, location_id, rank) if action == "accept" else (None, None))
    keys = keys_of(con, location_id)
    if not keys:
        msg = "This place has no address in words, only a point; a decision is about an address. Mend the source."
        raise RecordError(msg)
    fields: dict[str, Any] = {"action": action, "lon": lon, "lat": lat, "location_id": location_id, "note": note}
    with store.write(actor=actor) as unit:
        before = {d.address_key: d for d in unit.find(Decision, address_key=keys)}
        return tuple(
            unit.change(before[key], **fields) if key in before else unit.add(Decision(key, **fields)) for key in keys
        )


def undo(reader: Reader, store: Store, location_id: int, *, scope: Scope, actor: str) -> int:
    """Take back what was decided about an address; from the next build on it is what it was before.

    Parameters
    ----------
    reader, store, location_id, scope, actor
        As in `decide`.

    Returns
    -------
    int
        Decisions that were taken back.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If no record that the scope may see stands at the place.
    """
    keys = keys_of(visible(reader, location_id, scope), location_id)
    with store.write(actor=actor) as unit:
        found = unit.find(Decision, address_key=keys)
        for decision in found:
            unit.remove(decision)
    return len(found)


def _accepted(con: duckdb.DuckDBPyConnection, location_id: int, rank: int | None) -> tuple[float, float]:
    """Return the point that is accepted."""
    if rank is not None:
        row = con.execute(
            "SELECT lon, lat FROM geocode.alternative WHERE location_id = $location_id AND rank = $rank",
            {"location_id": location_id, "rank": rank},
        ).fetchone()
        if row is None:
            msg = f"This address has no alternative {rank}. See: gcrm review show {location_id}"
            raise QueryError(msg)
        return float(row[0]), float(row[1])
    row = con.execute(
        "SELECT lon, lat, match_level FROM geocode.location WHERE location_id = $location_id",
        {"location_id": location_id},
    ).fetchone()
    if row is None or row[0] is None or row[2] in _MIDDLES:
        what = "no point was found" if row is None or row[0] is None else f"what was found is the middle of a {row[2]}"
        msg = f"There is nothing to accept: {what}. Move the address to its point, or say that it is not found."
        raise RecordError(msg)
    return float(row[0]), float(row[1])
