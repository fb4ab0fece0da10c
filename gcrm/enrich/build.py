"""What surrounds a place: the residence that a register of dwellings knows there, and the roads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.enrich.road.build import build_roads
from gcrm.stage import StageReport

if TYPE_CHECKING:
    import duckdb

    from gcrm.settings import Settings

_COLUMNS = {
    "location_id": "The place.",
    "records": "Records of the register at the place's point.",
    "units": "Dwelling units of these records; null where none says.",
    "residence_type": "Their most frequent type of residence, the register's own word; null where none says.",
    "built_year": "Their median year of construction; null where none says.",
    "floor_area_m2": "Their living area in square metres, summed; null where none says.",
}


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
    rows = sql.run(con, "gcrm.enrich", "location_residence")
    grain = "One row per place at whose point the register of dwellings knows a residence."
    sql.comment(con, "enrich.location_residence", grain, _COLUMNS)
    roads = build_roads(con, settings=settings)
    return StageReport("enrich", {"location_residence": rows, **roads.rows}, roads.findings)
