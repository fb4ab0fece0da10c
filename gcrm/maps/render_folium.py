"""Maps for notebooks and as one HTML file that opens without a network, drawn by folium.

As shipped, folium takes its scripts from the web and pastes texts into JavaScript template literals. Here Leaflet is
written into the page, no tiles are asked for, and every text has passed `safe_label`, which leaves nothing that a
script, a template or HTML could run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm.errors import DependencyError
from gcrm.maps import assets
from gcrm.maps.labels import safe_label

try:
    import folium
    from branca.element import MacroElement
    from folium.template import Template
    from shapely.geometry import mapping
except ModuleNotFoundError as error:  # pragma: no cover (folium is an extra; the tests have it)
    MISSING = f"The package {error.name} is not installed; maps need it: pip install 'gcrm[maps]'"
    raise DependencyError(MISSING) from None

if TYPE_CHECKING:
    from gcrm.maps.description import Layer, Legend, MapDescription, Place

_STYLE = """
.leaflet-container { background: #eceff1; font: 13px/1.4 system-ui, sans-serif; }
.leaflet-tooltip { color: #17202a; white-space: normal; width: max-content; max-width: 320px; }
.leaflet-tooltip th { font-weight: 600; padding-right: 8px; }
#gcrm-legend { position: absolute; z-index: 1000; right: 12px; top: 12px; max-width: 300px; padding: 10px 12px;
  font: 13px/1.45 system-ui, sans-serif; color: #17202a; background: #fff; border: 1px solid #cfd6dc; }
#gcrm-legend h1 { font-size: 15px; margin: 0 0 6px; }
#gcrm-legend h2 { font-size: 12px; margin: 0; font-weight: 600; color: #4b5763; }
#gcrm-legend ul { list-style: none; margin: 4px 0 6px; padding: 0; }
#gcrm-legend li { display: flex; align-items: center; gap: 8px; }
#gcrm-legend li span { margin-left: auto; padding-left: 12px; color: #67727d; }
#gcrm-legend p { margin: 2px 0 0; font-size: 12px; color: #4b5763; }
#gcrm-legend svg { flex: none; }
"""
#: Ways of filling what is unknown and suppressed; Leaflet's shapes refer to them by id.
_PATTERNS = """
<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>
<pattern id="gcrm-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect width="6" height="6" fill="#f1f1ef"/><rect width="2" height="6" fill="#a8a8a3"/></pattern>
<pattern id="gcrm-dots" width="6" height="6" patternUnits="userSpaceOnUse">
<rect width="6" height="6" fill="#ebe8f0"/><circle cx="3" cy="3" r="1.4" fill="#77708a"/></pattern>
</defs></svg>
"""
_FILLS = {"hatch": "url(#gcrm-hatch)", "dots": "url(#gcrm-dots)"}


class _Page(MacroElement):
    """What the page holds besides the map: Leaflet, our style, the patterns and the legend."""

    _template = Template("""
        {% macro header(this, kwargs) %}
        <title>{{ this.title }}</title>
        <style>{{ this.style }}</style>
        <script>{{ this.script }}</script>
        {% endmacro %}
        {% macro html(this, kwargs) %}{{ this.body }}{% endmacro %}
    """)

    def __init__(self, title: str, body: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "GcrmPage"
        self.script, style = assets.leaflet()
        self.style = style + _STYLE
        self.title, self.body = title, body


def to_folium(description: MapDescription) -> folium.Map:
    """Draw a map description with folium.

    Parameters
    ----------
    description
        What to draw.

    Returns
    -------
    folium.Map
        Shows itself in a notebook; `.save(path)` writes one HTML file that needs no network.

    Raises
    ------
    DependencyError
        If folium or the package with Leaflet is not installed.
    """
    west, south, east, north = description.bounds or (-180.0, -60.0, 180.0, 75.0)
    chart = folium.Map(
        location=((south + north) / 2, (west + east) / 2), tiles=None, control_scale=True, zoom_snap=0.25
    )
    chart.default_js, chart.default_css = [], []
    chart.add_child(_Page(safe_label(description.title), _PATTERNS + _panel(description)))
    for layer in description.layers:
        places = [p for p in layer.places if p.geometry is not None and not p.geometry.is_empty]
        if places:
            chart.add_child(_geojson(layer, places, description))
    chart.fit_bounds([(south, west), (north, east)], padding_top_left=(12, 12), padding_bottom_right=(330, 12))
    return chart


def _geojson(layer: Layer, places: list[Place], description: MapDescription) -> folium.GeoJson:
    """Make the Leaflet layer of one layer; features are known to it by their number, not by their identifier."""
    names = list(dict.fromkeys(["", description.title, *(name for p in places for name, _ in p.facts)]))
    fields = [f"f{i}" for i in range(len(names))]
    features = []
    for number, place in enumerate(places):
        facts = {"": place.name, description.title: place.text, **dict(place.facts)}
        texts = {field: safe_label(facts.get(name, "")) for field, name in zip(fields, names, strict=True)}
        style = _style(layer, place, description)
        features.append(
            {
                "type": "Feature",
                "id": number,
                "properties": {**texts, "look": style},
                "geometry": mapping(place.geometry),
            }
        )
    points = layer.kind == "points"
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name=safe_label(layer.title),
        style_function=lambda feature: feature["properties"]["look"],
        highlight_function=None if layer.kind == "outlines" else lambda _: {"weight": 3, "color": "#17202a"},
        marker=folium.CircleMarker(radius=4) if points else None,
        tooltip=None
        if layer.kind == "outlines"
        else folium.GeoJsonTooltip(fields=fields, aliases=[safe_label(n) for n in names], labels=True, sticky=True),
        smooth_factor=0.5,
    )


def _style(layer: Layer, place: Place, description: MapDescription) -> dict[str, Any]:
    if layer.kind == "outlines":
        return {"fill": False, "color": "#4b5763", "weight": 1.5, "interactive": False}
    if layer.kind == "points":
        return {"color": "#ffffff", "weight": 1, "fill": True, "fillColor": "#b3432b", "fillOpacity": 0.9}
    chosen = place.id == description.selected and description.selected != ""
    line = {"color": "#17202a" if chosen else "#7b8791", "weight": 3 if chosen else 0.8}
    if description.legend is None:
        return {**line, "fillColor": "#f7f7f5", "fillOpacity": 0.8}
    entry = description.legend.entry(place.key)
    return {**line, "fillColor": _FILLS.get(entry.pattern, entry.colour), "fillOpacity": 0.85}


def _panel(description: MapDescription) -> str:
    """Return title, legend and what is shown, as HTML beside the map's own elements."""
    lines = [f"<h1>{safe_label(description.title)}</h1>"]
    if description.legend is not None:
        lines.append(_legend(description.legend))
    lines += [f"<p>{safe_label(layer.statement)}</p>" for layer in description.layers]
    return f'<aside id="gcrm-legend">{"".join(lines)}</aside>'


def _legend(legend: Legend) -> str:
    items = [
        f'<li><svg width="22" height="14"><rect width="22" height="14" stroke="#7b8791" '
        f'fill="{_FILLS.get(e.pattern, e.colour)}"/></svg>{safe_label(e.label)}<span>{e.counted}</span></li>'
        for e in legend.entries
    ]
    return f"<h2>{safe_label(legend.method)}</h2><ul>{''.join(items)}</ul>"
