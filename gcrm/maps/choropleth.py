"""From figures to a map: places with values become classes, a legend and a layer."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from gcrm.maps import palettes
from gcrm.maps.classes import METHODS, Classes, Method, classify
from gcrm.maps.description import Entry, Layer, Legend, MapDescription, Pattern, Place
from gcrm.maps.labels import value_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from gcrm.cube.model import Measure
    from gcrm.maps.labels import State

#: (identifier, name, geometry in EPSG:4326, value, state) of one place.
Figure = tuple[str, str, "BaseGeometry | None", float | None, "State"]

#: Key -> label, colour and pattern of what stands outside the classes.
OUTSIDE: dict[str, tuple[str, str, Pattern]] = {
    "zero": ("0", palettes.ZERO, "plain"),
    "unknown": ("unknown", palettes.UNKNOWN, "hatch"),
    "suppressed": ("withheld: protects counts below {min_count:,}", palettes.SUPPRESSED, "dots"),
}


def unit_of(measure: Measure, currency: str) -> str:
    """Return the unit of a measure in the words of `labels.number_text`."""
    return currency if measure.unit == "currency" else measure.unit


def describe(
    figures: Iterable[Figure],
    *,
    title: str,
    noun: str,
    unit: str = "",
    method: Method = "quantiles",
    min_count: int = 10,
    note: str = "",
    source: str = "",
) -> MapDescription:
    """Describe a map of one measure.

    Parameters
    ----------
    figures
        Identifier, name, geometry, value and state of each place.
    title
        The measure.
    noun
        What the places are, in the plural.
    unit
        As in `labels.number_text`.
    method
        As in `classes.classify`.
    min_count
        The project's privacy threshold, named where a number is suppressed.
    note, source
        As in `description.Layer`.

    Returns
    -------
    MapDescription
        One layer of areas and its legend.

    Raises
    ------
    QueryError
        If the method is not known.
    """
    rows = list(figures)
    classes = classify([v for *_, v, state in rows if state == "known" and v is not None], method)
    places = tuple(
        Place(key, name, geometry, value, state, classes.key(value, state), value_text(value, state, unit))
        for key, name, geometry, value, state in rows
    )
    layer = Layer("areas", noun, places, len(places), note, source)
    return MapDescription(title, (layer,), legend(places, classes, title=title, unit=unit, min_count=min_count))


def from_frame(
    frame: gpd.GeoDataFrame,
    measure: Measure,
    place: str,
    *,
    currency: str = "USD",
    method: Method = "quantiles",
    min_count: int = 10,
    note: str = "",
) -> MapDescription:
    """Describe a map of one measure of a query's result.

    Parameters
    ----------
    frame
        One row per place, in EPSG:4326: its identifier, the measure, its state, and `<place>_name` where it has one.
    measure
        What to colour by.
    place
        Column with the identifiers: a region level or cells.
    currency
        ISO 4217 code of amounts.
    method, min_count, note
        As in `describe`.

    Returns
    -------
    MapDescription
        One layer of areas and its legend.

    Raises
    ------
    QueryError
        If the method is not known.
    """
    names = frame[f"{place}_name"] if f"{place}_name" in frame else frame[place]
    values = pd.to_numeric(frame[measure.name]).astype("float64")
    rows = zip(frame[place], names, frame.geometry, values, frame[f"{measure.name}_state"], strict=True)
    figures = [(key, str(name), shape, None if pd.isna(v) else float(v), state) for key, name, shape, v, state in rows]
    return describe(
        figures,
        title=measure.title,
        noun=noun_of(place),
        unit=unit_of(measure, currency),
        method=method,
        min_count=min_count,
        note=note,
    )


def without_place(frame: pd.DataFrame, measure: Measure, place: str, *, currency: str = "USD") -> str:
    """Say what of a measure belongs to no place, such as `Customers without zone: 34`.

    Parameters
    ----------
    frame
        A query's result: one row per place and one whose identifier is null, where anything has no place.
    measure, place, currency
        As in `from_frame`.

    Returns
    -------
    str
        One sentence; empty where everything has a place.
    """
    rows = frame[frame[place].isna() & (frame["grouping"] == 0 if "grouping" in frame else True)]
    if rows.empty:
        return ""
    value, state = rows[measure.name].iloc[0], rows[f"{measure.name}_state"].iloc[0]
    if state == "unknown" or (state == "known" and value == 0):
        return ""
    text = value_text(None if pd.isna(value) else float(value), state, unit_of(measure, currency))
    return f"{measure.title} without {noun_of(place).lower() if place[:3] != 'h3_' else 'location'}: {text}"


def noun_of(place: str) -> str:
    """Return what the places of a level or of cells are called, as a title: `Trading area`, `Cells (H3 9)`."""
    return f"Cells (H3 {place[4:]})" if place.startswith("h3_r") else place.replace("_", " ").capitalize()


def legend(places: Sequence[Place], classes: Classes, *, title: str, unit: str, min_count: int) -> Legend:
    """Return the legend of classed places: every class, and zero, unknown and suppressed where there are any.

    Parameters
    ----------
    places
        What is drawn; the legend counts them by class.
    classes
        Bounds and colours.
    title
        The measure.
    unit, min_count
        As in `describe`.

    Returns
    -------
    Legend
        Classes from low to high, then what stands outside them.
    """
    counts = Counter(p.key for p in places)
    entries = [
        Entry(f"c{i}", label, colour, "plain", counts[f"c{i}"])
        for i, (label, colour) in enumerate(zip(classes.labels(unit), classes.colours, strict=True))
    ]
    for key, (label, colour, pattern) in OUTSIDE.items():
        if counts[key]:
            entries.append(Entry(key, label.format(min_count=min_count), colour, pattern, counts[key]))
    return Legend(title, METHODS[classes.method], tuple(entries))
