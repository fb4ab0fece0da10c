"""What the buildings page draws: buildings or cells by penetration, type of residence or use, and the largest leads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app import homes, scene
from gcrm.maps.categories import Member, describe_categories
from gcrm.maps.choropleth import describe
from gcrm.maps.description import MapDescription
from gcrm.maps.labels import number_text, value_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.focus import Focus
    from gcrm.maps.choropleth import Figure

    Ask = Callable[..., Any]
    Row = dict[str, Any]

#: Column that colours -> what to call it.
COLOURS = {"penetration": "Penetration", "residence_type": "Type of residence", "building_use": "Use"}
#: Type of residence -> what to call it.
TYPES = {
    "detached": "Detached",
    "semi_row": "In a row",
    "small_multi": "2 to 4 dwellings",
    "large_multi": "5 and more",
    "mixed": "Mixed",
    "institutional": "Institutional",
}
USES = {n: n.capitalize() for n in ("residential", "mixed", "commercial", "industrial", "institutional", "other")}
#: How a type is known -> what to call it.
FROM = {"decision": "a person said so", "register": "a register", "units": "units at addresses", "inferred": "inferred"}
_NAMES = {"residence_type": TYPES, "building_use": USES}
#: What colours where the address line names nothing, or nothing known.
FIRST = next(iter(COLOURS))


def describe_homes(focus: Focus, colour: str, ask: Ask, snapshot: str) -> MapDescription:
    """Describe the buildings of the region in focus, or the cells that they stand in where they are many.

    Parameters
    ----------
    focus
        What is looked at.
    colour
        A name of `COLOURS`.
    ask
        Asks a question of `homes` and returns its answer.
    snapshot
        Identifier of the snapshot.

    Returns
    -------
    MapDescription
        Outlines that orient, and areas by class.
    """
    found = ask(homes.listed, **focus.inside)
    single = found["total"] <= homes.BUILDINGS
    rows: list[Row] = found["rows"] if single else ask(homes.cells, **focus.inside)
    noun = "Buildings" if single else "Cells of buildings"
    most = f"single ones are shown where they are {homes.BUILDINGS:,} at most: look inside a region"
    note = "" if single else f"{found['total']:,} buildings; {most}"
    named = [
        (str(r["building_key" if single else "cell"]), name_of(r), r["shape"], r, facts(r, single=single)) for r in rows
    ]
    if colour in _NAMES:
        members = [Member(i, name, shape, row[colour], more) for i, name, shape, row, more in named]
        chart = describe_categories(
            members, _NAMES[colour], title=COLOURS[colour], noun=noun, none="unknown, or none", note=note
        )
    else:
        figures: list[Figure] = [
            (i, name, shape, row[colour], "unknown" if row[colour] is None else "known")
            for i, name, shape, row, _ in named
        ]
        method = focus.selection.method
        chart = describe(figures, title=COLOURS[colour], noun=noun, unit="share", method=method, note=note)
        more = {i: facts for i, *_, facts in named}
        areas = chart.layers[0]
        drawn = replace(areas, places=tuple(replace(place, facts=more[place.id]) for place in areas.places))
        chart = replace(chart, layers=(drawn,))
    return MapDescription(chart.title, (*scene.outlines(focus, snapshot), *chart.layers), chart.legend)


def map_data(focus: Focus, description: MapDescription, ask: Ask, snapshot: str) -> dict[str, Any]:
    """Return the map component's data; buildings are no regions, and nothing lies inside of them.

    Parameters
    ----------
    focus, ask, snapshot
        As in `describe_homes`.
    description
        What to draw.

    Returns
    -------
    dict
        As `scene.map_data` returns it.
    """
    own = {"level": "", "cells": True, "hint": "", "solid": True}
    return scene.map_data(focus, description, ask, snapshot) | own


def name_of(row: Row) -> str:
    """Return what to call a building: its name, its address, or its identifier; a cell has none."""
    if "cell" in row:
        return f"{row['buildings']:,} buildings"
    return str(row["name"] or row["address"] or row["building_id"])


def facts(row: Row, *, single: bool) -> tuple[tuple[str, str], ...]:
    """Return further lines of a tooltip: who lives there, and how that is known."""
    kind = TYPES.get(row["residence_type"], "unknown, or none")
    lines = [("Customers", share_text(row)), ("Prospects", f"{row['prospects']:,}")]
    if not single:
        return (*lines, ("Mostly", kind))
    lines += [("Residence", f"{kind} ({FROM[row['residence_from']]})" if row["residence_from"] else kind)]
    lines += [("Floors", f"{row['levels']:g}")] if row["levels"] else []
    lines += [("Built", str(row["built_year"]))] if row["built_year"] else []
    lines += [("Twins' penetration", number_text(row["twin_penetration"], "share"))] if row["twin_penetration"] else []
    return tuple(lines)


def share_text(row: Row) -> str:
    """Say how many of a building's units are customers, and how that changed: `12 of 80 units, +5 in six months`."""
    text = f"{row['customers']:,}"
    if row["units"]:
        text += f" of {row['units']:,} {'unit' if row['units'] == 1 else 'units'}"
    change = row.get("change")
    sign = "+" if (change or 0) > 0 else "\N{MINUS SIGN}"
    return text + (f", {sign}{abs(change):,} in six months" if change else "")


def leads_data(focus: Focus, ask: Ask) -> dict[str, Any]:
    """Return the table component's data: buildings by how many customers more their twins would let one expect.

    Parameters
    ----------
    focus, ask
        As in `describe_homes`.

    Returns
    -------
    dict
        Columns, rows and what is said below them.
    """
    found = ask(homes.listed, **focus.inside)
    rows = [row for row in found["leads"] if row["lead"]]
    longest = max((row["lead"] for row in rows), default=1.0)
    return {
        "columns": ["#", "Building", "Lead", "Customers", "Twins"],
        "rows": [
            {
                "id": str(row["building_key"]),
                "rank": f"{rank:,}",
                "cells": [
                    {"text": name_of(row), "sort": name_of(row)},
                    {"text": f"{row['lead']:.1f}", "sort": row["lead"]},
                    {"text": f"{row['customers']:,} of {row['units']:,}", "sort": row["customers"], "look": "faint"},
                    {
                        "text": value_text(row["twin_penetration"], "known", "share"),
                        "sort": row["twin_penetration"],
                        "look": "faint",
                    },
                ],
                "length": row["lead"] / longest,
                "colour": "#0b5a73",
            }
            for rank, row in enumerate(rows, start=1)
        ],
        "caption": "Buildings by lead",
        "statement": (
            f"The {len(rows):,} largest leads: customers more than now, were a building's penetration that of its"
            " twins, read cautiously. Twins are near, of the same type, and about as large and old."
        ),
        "empty": "No building has fewer customers than its twins would let one expect.",
        "level": "",
        "drill": False,
    }


def profile_rows(focus: Focus, ask: Ask) -> list[Row]:
    """Return the profile of customers by type of residence, as a table shows it."""
    return [
        {
            "type": TYPES.get(row["residence_type"], "unknown, or none"),
            "customers": row["customers"],
            "units": row["base"],
            "index": "unknown" if row["index"] is None else f"{row['index']:.0f}",
            "interval": "" if row["index_low"] is None else f"{row['index_low']:.0f} to {row['index_high']:.0f}",
        }
        for row in ask(homes.profile, **focus.inside)
    ]
