"""A map of names: places coloured by what they belong to, such as the sales person who looks after them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcrm.maps import palettes
from gcrm.maps.description import Entry, Layer, Legend, MapDescription, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class Member:
    """One place and what it belongs to.

    Attributes
    ----------
    id, name, geometry
        As in `description.Place`.
    category
        Identifier of what it belongs to; None where it belongs to nothing.
    facts
        (title, text) of further lines of its tooltip.
    """

    id: str
    name: str
    geometry: BaseGeometry | None
    category: str | None
    facts: tuple[tuple[str, str], ...] = ()


def describe_categories(
    members: Iterable[Member],
    categories: Mapping[str, str],
    *,
    title: str,
    noun: str,
    none: str,
    colours: Mapping[str, str] | None = None,
    note: str = "",
    source: str = "",
) -> MapDescription:
    """Describe a map of categories.

    Parameters
    ----------
    members
        The places.
    categories
        Identifier -> name of everything that a place may belong to, in the order of the legend; the order decides the
        colours, so that they stay when places move.
    title
        What the map shows.
    noun
        What the places are.
    none
        What to call belonging to nothing.
    colours
        Identifier -> `#rrggbb`; a palette for any colour vision where absent.
    note, source
        As in `description.Layer`.

    Returns
    -------
    MapDescription
        One layer of areas and its legend: every category, then `none` where a place has none.
    """
    rows = list(members)
    shades = colours or dict(zip(categories, palettes.qualitative(len(categories)), strict=True))
    counts = Counter(row.category for row in rows)
    places = tuple(
        Place(
            row.id,
            row.name,
            row.geometry,
            state="known",
            key=key_of(row.category),
            text=none if row.category is None else categories.get(row.category, row.category),
            facts=row.facts,
        )
        for row in rows
    )
    entries = [Entry(key_of(i), name, shades[i], "plain", counts[i]) for i, name in categories.items()]
    if counts[None]:
        entries.append(Entry(key_of(None), none, palettes.UNKNOWN, "hatch", counts[None]))
    layer = Layer("areas", noun, places, len(places), note, source)
    return MapDescription(title, (layer,), Legend(title, "", tuple(entries)))


def key_of(category: str | None) -> str:
    """Return the key of a category in the legend; that of belonging to nothing where null."""
    return "none" if category is None else f"of {category}"
