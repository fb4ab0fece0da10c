"""Build the conform stage: layers, regions, cells, the regions of every place, and what is wrong with them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely

from gcrm.conform import dictionary, finding
from gcrm.conform.assign import assign_points
from gcrm.conform.cell import column, write_cells
from gcrm.conform.family import dissolve, parents
from gcrm.conform.region import area_m2, levels, read_regions
from gcrm.conform.resolution import best_resolution
from gcrm.conform.table import insert, row_numbers
from gcrm.conform.uncertain import write_uncertain
from gcrm.sql import comment, run
from gcrm.stage import StageReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from gcrm.conform.region import Level, Region
    from gcrm.settings import Settings

_PACKAGE = "gcrm.conform"


def build_conform(con: duckdb.DuckDBPyConnection, *, settings: Settings) -> StageReport:
    """Give every located place its cells, and its region in every layer.

    Reads `ingest.region` and `geocode.location`; writes the tables `layer`, `region`, `location_cell`,
    `location_region`, `location_uncertain` and `finding` of the catalog `conform`.

    Parameters
    ----------
    con
        Connection with `ingest` and `geocode` attached, and `conform` attached for writing.
    settings
        The project's settings.

    Returns
    -------
    StageReport
        Rows per table, and findings summed up by kind and layer.
    """
    for name in ("layer", "region", "location_region", "finding"):
        run(con, _PACKAGE, name)
    every_level = levels(settings)
    areas: dict[int, list[float]] = {}
    for _, hierarchy in groupby(every_level, key=lambda level: level.hierarchy):
        areas |= _write_hierarchy(con, list(hierarchy), settings.project.metric_crs)
    resolutions = _write_layers(con, every_level, areas, settings.cell_resolutions)
    write_cells(con, points="geocode.location", key="location_id", resolutions=resolutions, out="conform.location_cell")
    for level in every_level:
        assign_points(
            con,
            points="conform.location_cell",
            key="location_id",
            layer_id=level.layer_id,
            out="conform.location_region",
        )
    write_uncertain(con, settings.project.metric_crs)
    run(con, _PACKAGE, "outside")
    run(con, _PACKAGE, "path")
    for table, (grain, columns) in dictionary.TABLES.items():
        cells = {column(r): dictionary.cell(r) for r in resolutions} if table == "location_cell" else {}
        comment(con, f"conform.{table}", grain, columns | cells)
    return StageReport("conform", {t: row_numbers(con, f"conform.{t}") for t in dictionary.TABLES}, finding.report(con))


def _write_hierarchy(con: duckdb.DuckDBPyConnection, group: Sequence[Level], crs: str) -> dict[int, list[float]]:
    """Write the regions of a hierarchy and the findings about them; return the areas by layer."""
    given = [read_regions(con, level) for level in group]
    whole = dissolve(given)
    areas: dict[int, list[float]] = {}
    above: Sequence[Region] = ()
    key = above_key = row_numbers(con, "conform.region") + 1
    for level, read, regions in zip(group, given, whole, strict=True):
        parent = parents(regions, above)
        links = [None if position is None else above_key + position for position in parent]
        areas[level.layer_id] = _write_regions(con, level, regions, links, crs)
        _write_findings(con, finding.of_regions(level, read, regions, parent, crs))
        above, above_key, key = regions, key, key + len(regions)
    return areas


def _write_regions(
    con: duckdb.DuckDBPyConnection, level: Level, regions: Sequence[Region], links: Sequence[int | None], crs: str
) -> list[float]:
    """Append the regions of a level to `conform.region`; return the areas of those that have one, in square metres."""
    geometry = np.empty(len(regions), object)
    geometry[:] = [r.geometry for r in regions]
    inner = shapely.point_on_surface(geometry)
    area = area_m2(geometry, crs)
    first = row_numbers(con, "conform.region") + 1
    columns = {
        "region_key": pa.array(range(first, first + len(regions)), pa.int32()),
        "layer_id": pa.array([level.layer_id] * len(regions), pa.int16()),
        "hierarchy": pa.array([level.hierarchy] * len(regions), pa.string()),
        "level": pa.array([level.level] * len(regions), pa.string()),
        "region_id": pa.array([r.region_id for r in regions], pa.string()),
        "name": pa.array([r.name for r in regions], pa.string()),
        "parent_id": pa.array([r.parent_id for r in regions], pa.string()),
        "parent_key": pa.array(links, pa.int32()),
        "valid_from": pa.array([r.valid_from for r in regions], pa.date32()),
        "valid_to": pa.array([r.valid_to for r in regions], pa.date32()),
        "geometry": pa.array(shapely.to_wkb(geometry), pa.binary()),
        "area_m2": pa.array(area, pa.float64(), from_pandas=True),
        "lon": pa.array(shapely.get_x(inner), pa.float64(), from_pandas=True),
        "lat": pa.array(shapely.get_y(inner), pa.float64(), from_pandas=True),
        "repaired": pa.array([r.fault is not None for r in regions], pa.bool_()),
    }
    insert(con, "conform.region", "SELECT * FROM arrow_rows", pa.table(columns))
    return [float(a) for a in area if np.isfinite(a)]


def _write_findings(con: duckdb.DuckDBPyConnection, rows: Sequence[finding.Row]) -> None:
    """Append findings to `conform.finding`."""
    schema = pa.schema(
        {
            "kind": pa.string(),
            "layer_id": pa.int16(),
            "region_id": pa.string(),
            "other_id": pa.string(),
            "area_m2": pa.float64(),
            "count": pa.int64(),
            "detail": pa.string(),
        }
    )
    insert(con, "conform.finding", "SELECT * FROM arrow_rows", pa.Table.from_pylist([vars(r) for r in rows], schema))


def _write_layers(
    con: duckdb.DuckDBPyConnection, every_level: Sequence[Level], areas: dict[int, list[float]], wanted: Sequence[int]
) -> list[int]:
    """Write `conform.layer`; return the resolutions of all cells that are wanted or that a layer joins on."""
    places = row_numbers(con, "geocode.location")
    resolutions = set(wanted)
    for level in every_level:
        resolution = best_resolution(areas[level.layer_id], places, resolutions)
        if areas[level.layer_id]:
            resolutions.add(resolution)
        con.execute(
            "INSERT INTO conform.layer SELECT $layer_id, $hierarchy, $level, $depth, $overlapping, $resolution, "
            "(SELECT count(*) FROM conform.region WHERE layer_id = $layer_id)",
            {**vars(level), "resolution": resolution},
        )
    return sorted(resolutions)
