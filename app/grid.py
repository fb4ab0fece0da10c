"""The pivot table component's data: a crosstab with its texts, and what a click on each of its parts leads to."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from app.exploration import step_text
from gcrm.cube.pivot import Mark
from gcrm.maps.choropleth import unit_of
from gcrm.maps.labels import value_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.crosstab import Crosstab
    from app.exploration import Exploration
    from app.offer import Offer
    from gcrm.cube.pivot import Header

    Names = Mapping[str, Mapping[str, str]]

#: Shades that cells are told apart by.
_SHADES = 8
#: Why a cell is empty.
_ABSENT = {"text": "·", "sort": None, "look": "faint", "note": "Nothing was recorded here."}
#: A total that was not asked for.
_UNASKED = {"text": "", "sort": None}


def grid_data(table: Crosstab, shown: Exploration, offer: Offer, names: Names) -> dict[str, Any]:
    """Return the pivot table component's data.

    Parameters
    ----------
    table
        What to show.
    shown
        What is explored.
    offer
        What the reader can explore: it says what lies below a member, and whether records can be listed.
    names
        Dimension -> member -> what to call it, of the dimensions that were looked into.

    Returns
    -------
    dict
        Corner, heads (one line per dimension across, then the measures), rows, the way up, and what is said below.
    """
    place = next((i for i, name in enumerate(table.rows) if offer.model.dimensions[name].is_place), None)
    scales = _scales(table)
    return {
        "corner": [offer.title(name) for name in table.rows],
        "across": [offer.title(name) for name in table.across],
        "heads": _heads(table, offer),
        "leaves": [
            {"key": _key(table.across, header), "measure": m.name, "total": Mark.TOTAL in header}
            for header in table.top
            for m in table.measures
        ],
        "rows": [_row(table, header, place, scales, offer) for header in table.side],
        "path": path(shown, offer, names),
        "sortable": len(table.rows) < 2,
        "caption": caption(table, offer),
        "statement": _statement(table),
        "empty": "Nothing was found for these filters. Take one away, or choose another period.",
    }


def path(shown: Exploration, offer: Offer, names: Names) -> list[dict[str, str]]:
    """Return the way up.

    Parameters
    ----------
    shown
        What is explored.
    offer
        What the reader can explore.
    names
        As in `grid_data`.

    Returns
    -------
    list of dict
        Everything, then each member that was looked into; `level` is how many steps are left there.
    """
    steps = [{"level": "0", "id": "", "name": offer.catalog.title}]
    for i, (dimension, member) in enumerate(shown.trail, start=1):
        name = f"{offer.title(dimension)} unknown" if member is None else names.get(dimension, {}).get(member, member)
        steps.append({"level": str(i), "id": "", "name": name})
    return steps


def _heads(table: Crosstab, offer: Offer) -> list[list[dict[str, Any]]]:
    """Return the lines above the columns: members that are alike side by side share one box."""
    lines = []
    for i, name in enumerate(table.across):
        line = []
        for part, headers in groupby(header[: i + 1] for header in table.top):
            span = len(list(headers)) * len(table.measures)
            if i and part[i] is part[i - 1] is Mark.TOTAL:
                line.append({"text": "", "span": span, "step": ""})
                continue
            line.append({"text": table.label(name, part[i]), "span": span, "step": _step(name, part[i], offer)})
        lines.append(line)
    if len(table.measures) > 1 or not table.across:
        lines.append(
            [{"text": m.title, "span": 1, "step": "", "help": m.help} for _ in table.top for m in table.measures]
        )
    return lines


def _row(table: Crosstab, header: Header, place: int | None, scales: Sequence[float], offer: Offer) -> dict[str, Any]:
    total = Mark.TOTAL in header
    region = header[place] if place is not None else None
    heads = []
    for i, (name, member) in enumerate(zip(table.rows, header, strict=True)):
        hidden = i > 0 and member is header[i - 1] is Mark.TOTAL
        text = "" if hidden else table.label(name, member)
        heads.append({"text": text, "step": "" if hidden else _step(name, member, offer)})
    cells = []
    for column in table.top:
        plain = not total and Mark.TOTAL not in column
        found = table.figures.get((header, column))
        for i, measure in enumerate(table.measures):
            if found is None:
                cells.append(_ABSENT if plain else _UNASKED)
                continue
            value, state = found[i]
            number = None if value is None or state != "known" else float(value)
            cell: dict[str, Any] = {
                "text": value_text(number, state, unit_of(measure, offer.catalog.currency)),  # type: ignore[arg-type]
                "sort": number,
            }
            if number is None:
                cell["look"] = "faint"
            elif plain and scales[i]:
                cell["tint"] = round(abs(number) / scales[i] * _SHADES) / _SHADES
            cells.append(cell)
    key = _key(table.rows, header)
    return {
        "heads": heads,
        "key": key,
        "place": region if isinstance(region, str) else "",
        "total": total,
        "last": not isinstance(header[0], str) if header else False,
        "opens": key is not None and offer.exact,
        "cells": cells,
    }


def _key(names: Sequence[str], header: Header) -> str | None:
    """Return the members of a header as a path, without those that are totalled; null where the rest is among them."""
    if Mark.OTHERS in header:
        return None
    steps = zip(names, header, strict=True)
    return "/".join(step_text((name, member)) for name, member in steps if not isinstance(member, Mark))


def _step(name: str, member: str | Mark | None, offer: Offer) -> str:
    """Return a member as a step to look into; empty where nothing lies below it."""
    if isinstance(member, Mark) or offer.below(name) is None:
        return ""
    if member is None and offer.model.dimensions[name].kind == "period":
        return ""
    return step_text((name, member))


def _scales(table: Crosstab) -> list[float]:
    """Return each measure's largest known figure that is no total: what cells are shaded by."""
    plain = [f for (r, c), f in table.figures.items() if Mark.TOTAL not in (*r, *c)]
    return [
        max((abs(float(f[i][0])) for f in plain if f[i][1] == "known" and f[i][0] is not None), default=0.0)
        for i in range(len(table.measures))
    ]


def caption(table: Crosstab, offer: Offer) -> str:
    """Say what a table shows: `Revenue by district, quarter`."""
    by = ", ".join(offer.title(name).lower() for name in (*table.rows, *table.across))
    return ", ".join(m.title for m in table.measures) + (f" by {by}" if by else "")


def _statement(table: Crosstab) -> str:
    parts = []
    if table.sides > len(table.side) or table.tops > len(table.top):
        parts.append(
            f"Showing {len(table.side):,} of {table.sides:,} rows and {len(table.top):,} of {table.tops:,} columns:"
            " set a filter, or ask for the top members."
        )
    parts += table.notes
    return " ".join(parts)
