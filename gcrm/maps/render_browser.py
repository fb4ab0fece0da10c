"""What the dashboard's map component draws: a map description as plain JSON.

Texts stand in it as they are: the component sets them as text nodes and never as HTML.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gcrm.maps.description import Layer, MapDescription, Place

#: Decimals of a degree that are sent: about a metre.
_DECIMALS = 5


def to_browser(description: MapDescription) -> dict[str, Any]:
    """Turn a map description into JSON for the browser.

    Parameters
    ----------
    description
        What to draw. A layer with a `source` is fetched by the browser; the others are sent along.

    Returns
    -------
    dict
        title, selected, legend, statements, and `areas`, `outlines`, `points`: each null or with its places.
    """
    layers = dict.fromkeys(("areas", "outlines", "points")) | {
        layer.kind: _layer(layer) for layer in description.layers
    }
    legend = description.legend
    return {
        "title": description.title,
        "selected": description.selected,
        "legend": None
        if legend is None
        else {
            "title": legend.title,
            "method": legend.method,
            "entries": [
                {"key": e.key, "label": e.label, "colour": e.colour, "pattern": e.pattern, "count": e.count}
                for e in legend.entries
            ],
        },
        "statements": [layer.statement for layer in description.layers if layer.kind != "outlines"],
        **layers,
    }


def features(places: Iterable[Place]) -> dict[str, Any]:
    """Return places as GeoJSON: id, name and a point inside each for its label.

    Parameters
    ----------
    places
        Places with geometry; those without are left out.

    Returns
    -------
    dict
        A FeatureCollection in WGS84, coordinates to about a metre.
    """
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"id": p.id, "name": p.name, "at": _inner_point(p.geometry)},
                "geometry": _geometry(p.geometry),
            }
            for p in places
            if p.geometry is not None and not p.geometry.is_empty
        ],
    }


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "title": layer.title,
        "source": layer.source,
        "features": None if layer.source else features(layer.places),
        "rows": [
            {"id": p.id, "name": p.name, "key": p.key, "text": p.text, "facts": [list(fact) for fact in p.facts]}
            for p in layer.places
        ],
    }


def _inner_point(geometry: shapely.Geometry) -> list[float]:
    point = geometry.representative_point()
    return [round(point.x, _DECIMALS), round(point.y, _DECIMALS)]


def _geometry(geometry: shapely.Geometry) -> dict[str, Any]:
    rounded = shapely.transform(geometry, lambda points: np.round(points, _DECIMALS))
    parsed: dict[str, Any] = json.loads(shapely.to_geojson(rounded))
    return parsed
