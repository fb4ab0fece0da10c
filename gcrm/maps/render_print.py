"""Maps for paper, drawn by matplotlib."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gcrm.errors import DependencyError

try:
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch, PathPatch
    from matplotlib.path import Path
except ModuleNotFoundError as error:  # pragma: no cover (matplotlib is an extra; the tests have it)
    MISSING = f"The package {error.name} is not installed; printed maps need it: pip install 'gcrm[maps]'"
    raise DependencyError(MISSING) from None

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from shapely.geometry.base import BaseGeometry

    from gcrm.maps.description import Entry, Layer, Legend, MapDescription, Place

_HATCHES = {"plain": "", "hatch": "////", "dots": "...."}


def to_figure(description: MapDescription, *, width_in: float = 8.0, height_in: float = 8.0) -> Figure:
    """Draw a map description on paper.

    Parameters
    ----------
    description
        What to draw.
    width_in, height_in
        Size of the sheet in inches.

    Returns
    -------
    matplotlib.figure.Figure
        Save it with `.savefig("map.pdf")`.
    """
    figure = Figure(figsize=(width_in, height_in), layout="constrained")
    draw(figure.add_subplot(), description)
    note = "\n".join(layer.statement for layer in description.layers)
    figure.text(0.01, 0.005, note, fontsize=8, color="#4b5763", parse_math=False)
    return figure


def draw(axes: Axes, description: MapDescription) -> None:
    """Draw a map description, its title and its legend, on axes of a sheet.

    Parameters
    ----------
    axes
        Where to draw.
    description
        What to draw.
    """
    axes.set_axis_off()
    axes.set_title(description.title, loc="left", fontweight="bold", parse_math=False)
    west, south, east, north = description.bounds or (-180.0, -60.0, 180.0, 75.0)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(1 / max(math.cos(math.radians((south + north) / 2)), 0.01))
    for layer in description.layers:
        _draw(axes, layer, description)
    if description.legend is not None:
        _add_legend(axes, description.legend)


def _draw(axes: Axes, layer: Layer, description: MapDescription) -> None:
    if layer.kind == "points":
        drawn = [p.geometry for p in layer.places if p.geometry is not None]
        axes.scatter([p.x for p in drawn], [p.y for p in drawn], s=9, color="#b3432b", linewidths=0, zorder=3)
        return
    looks: dict[tuple[tuple[str, Any], ...], list[Path]] = {}
    for place in layer.places:
        if place.geometry is not None and not place.geometry.is_empty:
            look = tuple(_style(layer, place, description).items())
            looks.setdefault(look, []).append(_path(place.geometry))
    for look, paths in looks.items():  # thousands of patches of their own would take minutes
        axes.add_patch(PathPatch(Path.make_compound_path(*paths), **dict(look)))


def _style(layer: Layer, place: Place, description: MapDescription) -> dict[str, Any]:
    if layer.kind == "outlines" or description.legend is None:
        return {"facecolor": "none", "edgecolor": "#4b5763", "linewidth": 0.9, "zorder": 2}
    chosen = place.id == description.selected and description.selected != ""
    return {
        **_fill(description.legend.entry(place.key)),
        "linewidth": 1.8 if chosen else 0.3,
        "zorder": 2 if chosen else 1,
    }


def _fill(entry: Entry) -> dict[str, Any]:
    face = entry.colour if entry.pattern == "plain" else "#f4f4f2"
    return {"facecolor": face, "edgecolor": "#5b6670", "hatch": _HATCHES[entry.pattern]}


def _path(geometry: BaseGeometry) -> Path:
    """Turn polygons into one compound path; holes must run the other way round to stay open."""
    parts_of = shapely.orient_polygons(geometry)
    polygons = [g for g in getattr(parts_of, "geoms", [parts_of]) if g.geom_type == "Polygon"]
    rings = [ring for p in polygons for ring in (p.exterior, *p.interiors)]
    parts = [np.asarray(ring.coords)[:, :2] for ring in rings]
    codes = [np.r_[Path.MOVETO, np.full(len(part) - 2, Path.LINETO), Path.CLOSEPOLY] for part in parts]
    return Path(np.concatenate(parts), np.concatenate(codes))


def _add_legend(axes: Axes, legend: Legend) -> None:
    patches = [
        Patch(label=f"{e.label}  ({e.counted})" if e.counted else e.label, linewidth=0.3, **_fill(e))
        for e in legend.entries
    ]
    box = axes.legend(
        handles=patches, title=f"{legend.title}\n{legend.method}", loc="upper left", bbox_to_anchor=(1, 1)
    )
    for text in (box.get_title(), *box.get_texts()):
        text.set_parse_math(False)
        text.set_fontsize(8)
    box.set_alignment("left")
    box.set_frame_on(False)
