"""What surrounds a place: its building, the residence that this is, roads, the ground below, and trading areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.enrich.building import write_buildings, write_sites
from gcrm.enrich.ground import build_ground
from gcrm.enrich.movement import build_movement
from gcrm.enrich.residence import write_location_residences, write_residences
from gcrm.enrich.road.build import build_roads
from gcrm.enrich.trading_area.build import build_trading_areas
from gcrm.stage import StageReport

if TYPE_CHECKING:
    import duckdb

    from gcrm.settings import Settings


def build_enrich(con: duckdb.DuckDBPyConnection, *, settings: Settings) -> StageReport:
    """Attach to each place what is known of its surroundings.

    Parameters
    ----------
    con
        Connection with ingest, geocode and conform attached, and `enrich` attached for writing.
    settings
        The project's settings.

    Returns
    -------
    StageReport
        Rows per table, and what was not understood.
    """
    write_sites(con, settings=settings)
    rows = write_residences(con, settings=settings)
    rows |= write_buildings(con)
    rows["location_residence"] = write_location_residences(con)
    rows["ground"] = build_ground(con)
    roads = build_roads(con, settings=settings)
    movement = build_movement(con, settings=settings)
    trading = build_trading_areas(con, settings=settings)
    if trading.rows["layer"] and rows["building"]:
        rows["building_region"] = sql.number(con, "SELECT count(*) FROM enrich.building_region")
    parts = (roads, movement, trading)
    for part in parts:
        rows |= part.rows
    return StageReport("enrich", rows, tuple(finding for part in parts for finding in part.findings))
