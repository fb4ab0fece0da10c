"""What the tables of conform hold; the data dictionary is made of it."""

from __future__ import annotations

_VALIDITY = {
    "valid_from": "First day the region was valid; null counts as always.",
    "valid_to": "First day no longer valid; null is still valid.",
}

#: Table -> its grain, and column -> meaning.
TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "layer": (
        "One row per level of a hierarchy of regions.",
        {
            "layer_id": "Number of the layer, from 1 in the order of the settings.",
            "hierarchy": "Hierarchy the level belongs to.",
            "level": "Name of the level, unique over all hierarchies.",
            "depth": "1 for the largest regions of the hierarchy, 2 for the next, and so on.",
            "overlapping": "True where a place belongs to every region that covers it.",
            "resolution": "H3 resolution of the cells that places and regions were joined on.",
            "regions": "Region versions of the layer, with or without a geometry.",
        },
    ),
    "region": (
        "One row per region and validity.",
        {
            "region_key": "Dense number from 1: by layer, region_id, valid_from.",
            "layer_id": "The region's layer.",
            "hierarchy": "Hierarchy of the layer.",
            "level": "Level of the layer.",
            "region_id": "Identifier, unique within its level at any time.",
            "name": "Name to show; the identifier where the source gives none.",
            "parent_id": "Region of the next level up that it belongs to, as the source says.",
            "parent_key": "The version of that region valid last at the same time; null where there is none.",
            **_VALIDITY,
            "geometry": "WKB in WGS84 lon/lat: repaired, or the union of the regions below; null where unknown.",
            "area_m2": "Area in square metres, measured in the project's metric CRS; null without a geometry.",
            "lon": "Longitude of a point inside the region, in degrees WGS84.",
            "lat": "Latitude of a point inside the region, in degrees WGS84.",
            "repaired": "True where the source's polygon was invalid.",
        },
    ),
    "location_cell": (
        "One row per located place.",
        {
            "location_id": "The place.",
            "lon": "Longitude in degrees, WGS84.",
            "lat": "Latitude in degrees, WGS84.",
        },
    ),
    "location_region": (
        "One row per located place, layer and region version; no row where a layer has no region around the place.",
        {
            "location_id": "The place.",
            "layer_id": "The layer.",
            "region_key": "The region version that covers the place.",
            "valid_from": "First day the place was in the region; null counts as always.",
            "valid_to": "First day no longer in it; null is still.",
        },
    ),
    "location_uncertain": (
        "One row per located place and region version that covers it, where its error reaches over the border.",
        {
            "location_id": "The place.",
            "layer_id": "The layer.",
            "region_key": "The region version that covers the place.",
            "share_outside": "Share of the circle of the place's error that lies outside the region, 0-1.",
        },
    ),
    "finding": (
        "One row per finding about regions and places.",
        {
            "kind": "repaired, empty, orphan, overlap, gap, outside or path.",
            "layer_id": "The layer.",
            "region_id": "The region; null where the finding is about the layer, or a hole between regions.",
            "other_id": "The other region: of an overlap or narrow gap; the unknown parent of an orphan.",
            "area_m2": "Area of an overlap or gap; change of area by a repair; in square metres.",
            "count": "Regions or places that it is about.",
            "detail": "What was found.",
        },
    ),
}


def cell(resolution: int) -> str:
    """Return the meaning of the column with cells of `resolution`."""
    return f"H3 cell of the point at resolution {resolution}."
