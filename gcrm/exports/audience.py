"""The audience of a campaign: who in the chosen areas agreed to be reached, and why the others are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm import __version__, crm
from gcrm.cube.ask import statement_id
from gcrm.errors import AccessError
from gcrm.exports.people import count, gather

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from gcrm.cube.question import PeriodWord
    from gcrm.exports.project import Project

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
        Reason (a key of `people.REASONS`) -> people; together everybody in the areas.
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
    values = gather(con, ws, where or {}, period, kinds, (channel, purpose))
    extra = _COLUMNS.get(values["needs"], "")
    text = (
        f"SELECT kind, id, name, segment, owner_id, area, given_on AS consent_on{', ' + extra if extra else ''}"
        " FROM people WHERE reason = 'included' ORDER BY kind, id"
    )
    table = con.execute(text).to_arrow_table()
    return Audience(table, count(con), _receipt(ws, values, where or {}, kinds))


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
    gather(con, ws, where or {}, period, kinds, (channel, purpose))
    counts = count(con)
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
