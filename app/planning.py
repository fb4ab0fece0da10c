"""The page of a plan: its map, each person's totals, the table to draft in, and what is stored and taken along."""

from __future__ import annotations

import json
from functools import lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import streamlit as st

from app import data, desk, scene
from app.plan import MEASURES, NOBODY
from gcrm import crm, exports
from gcrm.maps.categories import Member, describe_categories, key_of
from gcrm.maps.labels import number_text
from gcrm.maps.palettes import UNKNOWN, qualitative

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.focus import Focus
    from app.plan import Plan

    Ask = Callable[..., Any]

_SEEN = "seen clicks"
#: More regions than this are not listed: the browser would be busy with the list at every move.
_LISTED = 1000
_FILES = {"csv": "CSV", "xlsx": "Excel", "gpkg": "GeoPackage"}


def words(focus: Focus) -> str:
    """Return what is planned, in words."""
    place = ", ".join(reversed(focus.names)) or "whole project"
    return f"{focus.noun} of {place} · figures of {focus.period or 'all periods'}"


def map_data(
    focus: Focus,
    plan: Plan,
    ask: Ask,
    snapshot: str,
    *,
    word: str = "person",
    title: str = "Sales person",
    at_once: bool = False,
) -> dict[str, Any]:
    """Return the map component's data: regions by sales person, changes marked in their tooltips.

    Parameters
    ----------
    focus, plan
        What is planned.
    ask
        Asks a question of `questions` and returns its answer.
    snapshot
        Identifier of the snapshot, part of the addresses the browser fetches.
    word, title
        Word of the address line that says whom a click gives to, and what that is.
    at_once
        Whether the map shows what a click gives before the plan has heard of it.

    Returns
    -------
    dict
        As `scene.map_data`.
    """
    owners = plan.owners
    shades = dict(zip(plan.people, qualitative(len(plan.people)), strict=True))
    members = [
        Member(region, name, None, owners[region], tuple(_facts(plan, region, owners[region])))
        for region, name in plan.names.items()
    ]
    description = describe_categories(
        members,
        {i: n for i, n in plan.people.items() if i in set(owners.values()) | set(plan.stored.values())},
        title=title,
        noun=focus.noun,
        none=NOBODY,
        colours=shades,
        source=scene.areas_source(focus, snapshot),
    )
    data = scene.map_data(focus, description, ask, snapshot)
    person = focus.selection.word(word)
    to = plan.people.get(person, NOBODY) if person else NOBODY
    stamp = json.dumps([json.loads(data["stamp"]), sorted(plan.draft.items())])
    if at_once:
        hand = {"to": person, "key": key_of(person or None), "colour": shades.get(person, UNKNOWN)}
        data["give"] = hand | {"seen": st.session_state.get(_SEEN, 0)}
    return data | {"hint": f"Click to give to {to}", "stamp": stamp}


def seen(number: int) -> None:
    """Note up to which click of the map the plan knows what was given."""
    st.session_state[_SEEN] = number


def show_totals(plan: Plan, *, title: str = "Sales person") -> None:
    """Show the totals of each person, or each territory, and how the draft changes them."""
    before, after = plan.totals(plan.stored), plan.totals(plan.owners)
    zero = dict.fromkeys(("regions", *MEASURES), 0.0)
    rows = []
    for person in [*plan.people, None]:
        was, now = before.get(person, zero), after.get(person, zero)
        if was == now == zero:
            continue
        row: dict[str, Any] = {title: plan.people[person] if person else NOBODY}
        for name in ("regions", *MEASURES):
            row[name.capitalize()] = _moved(was[name], now[name], plan.units.get(name, ""))
        rows.append(row)
    st.markdown(f"**Totals per {title.rsplit(maxsplit=1)[-1].lower()}** · changes in brackets")
    st.dataframe(rows, hide_index=True, height="content" if len(rows) < 9 else 310, row_height=30)


def show_actions(plan: Plan) -> None:
    """Offer to store the draft, to go back, and to take the plan along."""
    count = len(plan.draft)
    save, drop = st.columns([1.3, 1], vertical_alignment="center")
    text = f"Save {count} change{'s' if count != 1 else ''} from {plan.day}" if count else "Nothing to save"
    if save.button(text, type="primary", disabled=not count, width="stretch") and _save(plan):
        plan.draft.clear()
        st.rerun()
    if drop.button("Discard", disabled=not count, width="stretch"):
        plan.draft.clear()
        st.rerun()
    for column, (suffix, title) in zip(st.columns(3), _FILES.items(), strict=True):
        column.download_button(
            title,
            partial(_file, plan, suffix, desk.actor()),
            file_name=f"assignments.{suffix}",
            key=f"take {suffix}",
            disabled=bool(count),
            help="Save or discard the draft first: a file holds what is stored." if count else "",
            width="stretch",
        )


def show_table(plan: Plan, *, title: str = "Sales person") -> None:
    """Show the regions with their people; a choice in the table is drafted like a click on the map."""
    owners, changed = plan.owners, plan.draft
    ids = sorted(plan.names, key=lambda region: region not in changed)[:_LISTED]  # what changed stands first
    names = {NOBODY: None} | {f"{n} ({i})" if n != i else i: i for i, n in plan.people.items()}
    words = {i: text for text, i in names.items()}
    rows = [
        {
            "Region": plan.names[region],
            title: words.get(owners[region], NOBODY),
            **{m.capitalize(): plan.figures[region].get(m) for m in MEASURES},
            "Changed": owners[region] != plan.stored.get(region),
        }
        for region in ids
    ]
    key = f"plan {plan.level} {plan.day} {hash(tuple(owners.items()))}"

    def take() -> None:
        """Draft what was chosen in the table."""
        for number, cells in st.session_state[key]["edited_rows"].items():
            plan.give(ids[int(number)], names[cells[title]])

    number = st.column_config.NumberColumn
    st.data_editor(
        rows,
        key=key,
        hide_index=True,
        height=300,
        row_height=30,
        disabled=["Region", "Changed", *(m.capitalize() for m in MEASURES)],
        column_config={
            title: st.column_config.SelectboxColumn(options=list(names), required=True),
            **{m.capitalize(): number(format="localized") for m in MEASURES},
        },
        on_change=take,
    )
    if len(ids) < len(plan.names):
        st.caption(f"{len(ids):,} of {len(plan.names):,} are listed, those that changed first; the map has all.")


def _save(plan: Plan) -> bool:
    """Store the draft in one transaction."""

    def store(unit: crm.Unit) -> None:
        for region, owner in plan.draft.items():
            subject = crm.Subject("region", region, plan.level)
            if owner is not None:
                unit.add(crm.Assignment(subject=subject, owner_id=owner, valid_from=plan.day))
                continue
            for old in unit.find(crm.Assignment, subject=subject, product=None, channel=None):
                if old.valid_from == plan.day:
                    unit.remove(old)
                elif old.valid_from < plan.day and (old.valid_to is None or old.valid_to > plan.day):
                    unit.change(old, valid_to=plan.day)

    return desk.write(store, "Assignments saved.")


def _file(plan: Plan, suffix: str, actor: str) -> bytes:
    """Make a file of what is stored, and log who takes it; this runs apart from the page, which alone knows who."""
    ws = data.workspace()
    found = exports.assignments(ws, plan.level, day=plan.day, period=plan.period)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"assignments.{suffix}"
        exports.save(ws, "assignments", found, path, actor=actor)
        return path.read_bytes()


def _facts(plan: Plan, region: str, owner: str | None) -> list[tuple[str, str]]:
    was = plan.stored.get(region)
    facts = []  # whose it is, the map says itself
    if owner != was:
        facts.append(("Until now", plan.people.get(was, was) if was else NOBODY))
    values = plan.figures[region]
    return facts + [(m.capitalize(), _text(values[m], plan.units[m])) for m in MEASURES if m in values]


@lru_cache(maxsize=1 << 16)  # thousands of figures are the same from move to move
def _text(value: float, unit: str) -> str:
    return number_text(value, unit)


def _moved(was: float, now: float, unit: str) -> str:
    text = number_text(now, unit)
    if now == was:
        return text
    sign = "+" if now > was else "\N{MINUS SIGN}"
    return f"{text} ({sign}{number_text(abs(now - was), unit)})"
