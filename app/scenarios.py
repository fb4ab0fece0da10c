"""The page of scenarios: pick or begin one, give units to territories, undo, compare, publish, take along."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import streamlit as st

from app import data, desk, drafted, filters
from app.plan import NOBODY
from gcrm.maps.choropleth import noun_of
from gcrm.workspace.scenarios import TODAY

if TYPE_CHECKING:
    from datetime import date

    from app.drafted import Drafted
    from app.focus import Focus

_FILES = {"csv": "CSV", "xlsx": "Excel", "gpkg": "GeoPackage", "kml": "KML"}


def bar(focus: Focus, plan: Drafted | None, known: dict[str, str]) -> None:
    """Show which scenario is open, what it is held against, and which territory a click gives a unit to.

    Parameters
    ----------
    focus
        What is looked at.
    plan
        The scenario that is open; null where there is none.
    known
        Name -> title of every scenario.
    """
    selection = focus.selection
    columns = st.columns([1.6, 1.4, 1.7, 1, 1], gap="small", vertical_alignment="bottom")
    with columns[0]:
        current = plan.scenario.name if plan else ""
        filters.select(
            "Scenario", known or {"": "none yet"}, current, lambda n: selection.say(scenario=n, territory="")
        )
    with columns[1]:
        others = {TODAY: "what holds today"} | {n: t for n, t in known.items() if n != current}
        against = plan.against if plan else TODAY
        filters.select("Held against", others, against, lambda n: selection.say(against="" if n == TODAY else n))
    with columns[2]:
        options = {"": NOBODY} | (plan.people if plan else {})
        filters.select("A click gives to", options, selection.word("territory"), lambda t: selection.say(territory=t))
    with columns[3].popover("New scenario", width="stretch"):
        _begin(focus, known)
    with columns[4].popover("Territories", width="stretch", disabled=plan is None or plan.scenario.state != "draft"):
        if plan is not None:
            _territories(focus, plan)


def actions(plan: Drafted) -> None:
    """Offer to undo, do again, publish and take along."""
    scenario, draft = plan.scenario, plan.scenario.state == "draft"
    steps = data.workspace().scenarios.history(scenario.name)
    undo, redo, publish = st.columns([1, 1, 1.3])
    undo.button("Undo", disabled=not draft or scenario.head <= 1, on_click=partial(_go, plan, -1), width="stretch")
    redo.button(
        "Redo", disabled=not draft or scenario.head >= len(steps), on_click=partial(_go, plan, 1), width="stretch"
    )
    with publish.popover("Publish", disabled=not draft, width="stretch"):
        day = st.date_input("First day", key="publish day", format="YYYY-MM-DD", value="today")
        vacant = st.checkbox("Territories may be vacant", key="publish vacant")
        st.caption("Writes who looks after each unit from that day on. The scenario stays as it is then.")
        st.button(f"Publish {scenario.name}", type="primary", on_click=partial(_publish, plan, day, vacant))
    said = f"published from {scenario.effective}" if scenario.effective else scenario.state
    last = steps[scenario.head - 1]
    by = last.created_by if last.comment is None else f"{last.created_by}: {last.comment}"
    st.caption(f"{said} \N{MIDDLE DOT} step {scenario.head} of {len(steps)}, by {by}")
    for column, (suffix, title) in zip(st.columns(len(_FILES)), _FILES.items(), strict=True):
        column.download_button(
            title,
            partial(_file, scenario.name, suffix, desk.actor()),
            file_name=f"scenario.{suffix}",
            key=f"take scenario {suffix}",
            width="stretch",
        )


def comparison(plan: Drafted) -> None:
    """Show the scenario beside what it is held against, and why each unit moves."""
    scenarios = data.workspace().scenarios
    found = scenarios.compare(plan.against, plan.scenario.name, period=plan.period)
    rows = []
    for title, one in ((plan.against, found.before), (plan.scenario.name, found.after)):
        row: dict[str, Any] = {"Scenario": title, "Territories": len(one.territories)}
        row |= {f"{m.capitalize()} off by up to": _share(one.widest.get(m)) for m in ("customers", "revenue")}
        row |= {"Borders": one.cut, "To centre": f"{one.travel / 1000:.2f} km", "Nobody's": one.nobodys}
        rows.append(row)
    st.dataframe(rows, hide_index=True, row_height=30)
    moved = ", ".join(f"{n:,.0f} {m}" for m, n in found.amounts.items())
    st.markdown(f"**{len(found.moved):,} units move** \N{MIDDLE DOT} {moved}")
    why = scenarios.reasons(plan.against, plan.scenario.name, period=plan.period)
    reasons = [{"Unit": plan.names.get(r.unit, r.unit), "Why": r.sentence} for r in why]
    if reasons:
        st.dataframe(reasons, hide_index=True, row_height=30, height=240)


def _begin(focus: Focus, known: dict[str, str]) -> None:
    """Ask for what a new scenario is, and begin it."""
    name = st.text_input("Name", key="new scenario", max_chars=200)
    bases = {TODAY: "what holds today"} | known
    based = st.selectbox("Begins as", list(bases), format_func=lambda n: bases[n], key="new scenario base")
    levels = {n: noun_of(n) for n in focus.choices if n in focus.inner}
    unit = st.selectbox("Units", list(levels), format_func=lambda n: levels[n], key="new scenario unit")
    comment = st.text_input("What for", key="new scenario comment", max_chars=2000)

    def begin() -> None:
        words = {"unit": unit if based == TODAY else "", "based_on": based, "comment": comment or None}
        if drafted.attempt(lambda s: s.create(name, actor=desk.actor(), **words)):
            filters.go(focus.selection.say(scenario=name.strip(), territory=""))

    st.button("Begin", type="primary", disabled=not name.strip(), on_click=begin)


def _territories(focus: Focus, plan: Drafted) -> None:
    """Offer to name another territory, and to say who looks after each."""
    name = st.text_input("Another territory", key="new territory", max_chars=200).strip()
    sellers = {None: NOBODY} | desk.people()
    used = {*plan.layout.owners, *plan.owners.values()}
    options = [t for t in plan.people if t in used]
    options = [*([name] if name else []), *options]
    if not options:
        return
    territory = st.selectbox("Territory", options, key="owned territory")
    owner = st.selectbox("Looked after by", list(sellers), format_func=lambda i: sellers[i], key="territory owner")

    def give() -> None:
        if plan.write({}, {territory: owner}):
            filters.go(focus.selection.say(territory=territory))

    st.button("Say so", type="primary", on_click=give)


def _go(plan: Drafted, by: int) -> None:
    drafted.attempt(lambda s: s.go(plan.scenario, by, actor=desk.actor()))


def _publish(plan: Drafted, day: date, vacant: bool) -> None:  # noqa: FBT001 - a widget's answer
    if drafted.attempt(lambda s: s.publish(plan.scenario, day, vacant=vacant, actor=desk.actor())):
        st.toast(f"Published from {day}.", icon=":material/check:")


def _file(name: str, suffix: str, actor: str) -> bytes:
    """Make a file of a scenario, and log who takes it; this runs apart from the page, which alone knows who."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"scenario.{suffix}"
        data.workspace().handover.save(name, path, actor=actor)
        return path.read_bytes()


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}".replace("%", " %")
