"""The people of chosen areas, each with the reason why the person may be reached or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import crm, sql
from gcrm.crm.rule import word
from gcrm.cube import query as queries
from gcrm.cube.compile import Parameters, condition
from gcrm.cube.ground import whole_range
from gcrm.cube.member import resolve
from gcrm.cube.model import FACTS, MEASURES, Dimension, model_of
from gcrm.cube.question import Question
from gcrm.cube.records import KINDS
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from gcrm.cube.question import PeriodWord
    from gcrm.exports.project import Project

#: Why somebody is in the list or not, in the order in which it is looked at -> what to say.
REASONS = {
    "included": "in the list",
    "forgotten": "asked to be forgotten",
    "inactive": "not active at the end of the period",
    "is_customer": "a prospect who is a customer already",
    "opted_out": "withdrew the consent",
    "no_consent": "never gave a consent for this channel and purpose",
    "no_location": "the place is not known",
    "no_contact": "no address, number or mailbox for this channel",
}
#: Channel -> what one must know to use it; others need nothing.
_NEEDS = {"email": "email", "phone": "phone", "sms": "phone", "whatsapp": "phone", "fax": "phone"}
_NEEDS |= {"mail": "address", "post": "address", "visit": "place"}


def gather(
    con: duckdb.DuckDBPyConnection,
    ws: Project,
    where: Mapping[str, str | Sequence[str | None] | None],
    period: PeriodWord,
    kinds: Sequence[str],
    aim: tuple[str, str],
) -> dict[str, Any]:
    """Make the table `people` of a connection's own: everybody in the areas, each with the reason.

    Parameters
    ----------
    con
        A connection over the snapshot; the table goes with it.
    ws
        The project.
    where, period, kinds
        As for `audience.audience`.
    aim
        Channel and purpose.

    Returns
    -------
    dict
        The checked words: channel, purpose, what the channel needs, and the last day of the period.

    Raises
    ------
    QueryError
        If a word is not known.
    """
    for kind in kinds or ("",):
        if kind not in KINDS:
            msg = f"There is no list of '{kind}'.{near(kind, KINDS)}"
            raise QueryError(msg)
    try:
        channel, purpose = (word(w) for w in aim)
    except ValueError as error:
        msg = f"Channel or purpose {error}."
        raise QueryError(msg) from None
    model = model_of(ws.settings)
    days = queries.parse_period(period, whole_range(con))
    query = queries.check(Question((next(iter(MEASURES)),), where=where), days, model)
    filters = resolve(con, query, ws.scope, model.dimensions)
    sql.run(con, __package__, "party")
    for kind in dict.fromkeys(kinds):
        _take(con, kind, filters, days.last)
    values = {"channel": channel, "purpose": purpose, "customers_too": "customers" in kinds}
    values |= {"needs": _NEEDS.get(channel, "")}
    sql.run(con, __package__, "people", values | _operations(ws, channel, purpose))
    return values | {"last": days.last}


def _take(
    con: duckdb.DuckDBPyConnection, kind: str, filters: Sequence[tuple[Dimension, tuple[Any, ...]]], last: object
) -> None:
    """Put the customers or prospects that the filters leave into the table `party`."""
    table, key = KINDS[kind]
    given = Parameters({"last": last, "kind": kind.removesuffix("s")})
    tests = "".join(f" AND {condition(FACTS[given.values['kind']], d, keys, given)}" for d, keys in filters)
    place = next((d for d, _ in filters if d.kind in {"region", "cell"}), None)
    column = f"p.{sql.identifier(place.name)}" if place else "NULL"
    area = {"region": "r.region_id", "cell": f"lower(to_hex({column}))"}.get(place.kind if place else "", "NULL")
    on = column if place and place.kind == "region" else "NULL"
    customer = "f.customer_key IS NOT NULL" if kind == "prospects" else "FALSE"
    con.execute(
        f"""
        INSERT INTO party
        SELECT $kind, f.{key}, f.name, f.segment, f.owner_id, {area},
            coalesce(f.since <= $last, TRUE) AND $last < coalesce(f.until, DATE '9999-12-31'), {customer}, f.location_id
        FROM warehouse.{table} AS f
        LEFT JOIN cube.location_path AS p ON p.location_id = f.location_id
        LEFT JOIN cube.current_region AS r ON r.region_key = {on}
        WHERE TRUE{tests}
        """,
        given.values,
    )


def _operations(ws: Project, channel: str, purpose: str) -> dict[str, Any]:
    """Return what the operational store says now, as lists; empty where the project has none."""
    consents: list[crm.Consent] = []
    contacts: list[crm.Contact] = []
    salt, stones = b"", frozenset[str]()
    if crm.exists(ws.folder, ws.settings):
        consents = list(ws.crm.consents(channel, purpose).values())
        contacts = ws.crm.find(crm.Contact, order_by="-changed_at")
        buried = ws.crm.tombstones()
        salt, stones = buried.salt, buried.hashes
    return {
        "consent_kinds": [c.subject.kind for c in consents],
        "consent_ids": [c.subject.id for c in consents],
        "consent_granted": [c.granted for c in consents],
        "consent_days": [c.given_on for c in consents],
        "contact_kinds": [c.subject.kind for c in contacts],
        "contact_ids": [c.subject.id for c in contacts],
        "contact_names": [c.name for c in contacts],
        "contact_emails": [c.email for c in contacts],
        "contact_phones": [c.phone for c in contacts],
        "salt": salt,
        "stones": sorted(stones),
    }


def count(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return how many people there are for each reason, after `gather`."""
    found = dict(con.execute("SELECT reason, count(*) FROM people GROUP BY reason").fetchall())
    return {reason: int(found.get(reason, 0)) for reason in REASONS}
