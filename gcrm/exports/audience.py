"""The audience of a campaign: who in the chosen areas agreed to be reached, and why the others are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm import __version__, crm, sql
from gcrm.crm.rule import word
from gcrm.cube import query as queries
from gcrm.cube.ask import resolve, statement_id, whole_range
from gcrm.cube.compile import Parameters, condition
from gcrm.cube.model import MEASURES, Dimension, dimensions
from gcrm.cube.records import KINDS
from gcrm.errors import AccessError, QueryError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb
    import pyarrow as pa

    from gcrm.cube.query import PeriodWord
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
#: What a list holds besides, by what its channel needs: no more than it takes to reach people.
_COLUMNS = {
    "email": "by_email.name AS contact_name, by_email.detail AS email",
    "phone": "by_phone.name AS contact_name, by_phone.detail AS phone",
    "address": "address, house_number, street, postcode, city, match_level",
    "place": "address, house_number, street, postcode, city, match_level, lon, lat",
}


@dataclass(frozen=True)
class Audience:
    """A list of people who agreed to be reached.

    Attributes
    ----------
    table
        One row per person in the list: kind, id, name, segment, owner_id, area, consent_on, and what it takes to reach
        the person by the channel.
    counts
        Reason (a key of `REASONS`) -> people; together everybody in the areas.
    receipt
        What it rests on: question, values, snapshot, newest change of the operational store, version.
    """

    table: pa.Table
    counts: dict[str, int]
    receipt: dict[str, Any]

    @property
    def total(self) -> int:
        """Everybody in the areas."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Reach:
    """How many people could be reached, without saying who.

    Attributes
    ----------
    counts
        Reason -> people; null is withheld.
    total
        Everybody in the areas; null is withheld.
    """

    counts: dict[str, int | None]
    total: int | None


def audience(
    ws: Project,
    *,
    where: Mapping[str, str | Sequence[str | None] | None] | None = None,
    period: PeriodWord = None,
    kinds: Sequence[str] = ("customers", "prospects"),
    channel: str,
    purpose: str,
) -> Audience:
    """List the people of chosen areas who agreed to be reached by a channel for a purpose.

    Consents are those of the operational store as it is now and of the files of the snapshot; the latest counts, and
    without any the answer is no.

    Parameters
    ----------
    ws
        The project.
    where
        The areas, and whatever else the cube can be filtered by; `Areas.where` of `areas` is such a filter.
    period
        People count who are active at its end; null is the project's last day.
    kinds
        `customers`, `prospects` or both.
    channel, purpose
        How and for what people are to be reached.

    Returns
    -------
    Audience
        The list, and everybody counted by reason.

    Raises
    ------
    AccessError
        If the scope has no right to single records; `reach` counts for everybody.
    QueryError
        If a word is not known.
    """
    if not ws.scope.record_rights:
        msg = f"The scope '{ws.scope.name}' has no right to single records; ask how many could be reached instead."
        raise AccessError(msg)
    con = ws.cursor()
    values = _people(con, ws, where or {}, period, kinds, (channel, purpose))
    extra = _COLUMNS.get(values["needs"], "")
    text = (
        f"SELECT kind, id, name, segment, owner_id, area, given_on AS consent_on{', ' + extra if extra else ''}"
        " FROM people WHERE reason = 'included' ORDER BY kind, id"
    )
    table = con.execute(text).to_arrow_table()
    return Audience(table, _counts(con), _receipt(ws, values, where or {}, kinds))


def reach(
    ws: Project,
    *,
    where: Mapping[str, str | Sequence[str | None] | None] | None = None,
    period: PeriodWord = None,
    kinds: Sequence[str] = ("customers", "prospects"),
    channel: str,
    purpose: str,
) -> Reach:
    """Count the people of chosen areas by whether they can be reached; small counts are withheld where they must be.

    Parameters
    ----------
    ws
        The project.
    where, period, kinds, channel, purpose
        As for `audience`.

    Returns
    -------
    Reach
        The counts; exact for a scope with record rights, else none below the project's `privacy.min_count` and none
        from which one could be worked out.

    Raises
    ------
    QueryError
        If a word is not known.
    """
    con = ws.cursor()
    _people(con, ws, where or {}, period, kinds, (channel, purpose))
    counts = _counts(con)
    total = sum(counts.values())
    if ws.scope.record_rights:
        return Reach(dict(counts), total)
    withheld = _withheld(counts, ws.settings.privacy.min_count)
    small = 0 < total < ws.settings.privacy.min_count
    shown = {reason: None if reason in withheld or small else n for reason, n in counts.items()}
    return Reach(shown, None if small else total)


def _withheld(counts: Mapping[str, int], least: int) -> set[str]:
    """Return the reasons whose count is small, and enough others that the total does not give them away."""
    hidden = {reason for reason, n in counts.items() if 0 < n < least}
    while hidden and (len(hidden) < 2 or sum(counts[r] for r in hidden) < least):
        others = sorted((n, reason) for reason, n in counts.items() if n and reason not in hidden)
        if not others:
            break
        hidden.add(others[0][1])
    return hidden


def _people(
    con: duckdb.DuckDBPyConnection,
    ws: Project,
    where: Mapping[str, str | Sequence[str | None] | None],
    period: PeriodWord,
    kinds: Sequence[str],
    aim: tuple[str, str],
) -> dict[str, Any]:
    """Make the table `people` of a connection's own: everybody in the areas, each with the reason."""
    for kind in kinds or ("",):
        if kind not in KINDS:
            msg = f"There is no list of '{kind}'.{near(kind, KINDS)}"
            raise QueryError(msg)
    try:
        channel, purpose = (word(w) for w in aim)
    except ValueError as error:
        msg = f"Channel or purpose {error}."
        raise QueryError(msg) from None
    known = dimensions(ws.settings)
    days = queries.parse_period(period, whole_range(con))
    query = queries.check([next(iter(MEASURES))], [], where, days, "none", known)
    filters = resolve(con, query, ws.scope, known)
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
    tests = "".join(f" AND {condition(d, keys, given)}" for d, keys in filters)
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


def _counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    found = dict(con.execute("SELECT reason, count(*) FROM people GROUP BY reason").fetchall())
    return {reason: int(found.get(reason, 0)) for reason in REASONS}


def _receipt(ws: Project, values: Mapping[str, Any], where: Mapping[str, Any], kinds: Sequence[str]) -> dict[str, Any]:
    stored = ws.crm.last_change() if crm.exists(ws.folder, ws.settings) else 0
    asked = {
        **{name: str(values[name]) for name in ("channel", "purpose", "last")},
        "kinds": list(kinds),
        "where": {name: [member] if isinstance(member, str | None) else list(member) for name, member in where.items()},
    }
    return {
        "id": statement_id("audience", asked),
        "question": "audience",
        "parameters": asked,
        "snapshot": ws.manifest.id,
        "change": stored,
        "gcrm": __version__,
    }
