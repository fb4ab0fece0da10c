"""The tables of movement: places with their regions and cells, flows between them, and people present."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h3
import pyarrow as pa

from gcrm import sql
from gcrm.conform import assign_points, write_cells
from gcrm.stage import Finding, StageReport

if TYPE_CHECKING:
    import duckdb

    from gcrm.settings import Settings

_PACKAGE = "gcrm.enrich.movement"
_PLACE = {
    "location_id": "The place: a hash of what names it.",
    "kind": "station, region, cell (H3) or point.",
    "level": "Level of the region; null for other places.",
    "place_id": "Identifier of the station, region or cell; null for a point.",
    "name": "Name to show; null where there is none.",
    "lon": "Longitude in degrees, WGS84, of the station or point, or a point inside the region or cell.",
    "lat": "Latitude in degrees, WGS84.",
    "listed": "False where no station, region or cell of this identifier is known.",
}
_GROUP = {
    "source": "Source that counts.",
    "day_type": "weekday, saturday, sunday or weekend; null is every day of the week.",
    "hour": "Hour of the day, from 0; null is the day as a whole.",
}
#: Table -> its grain, and the meaning of its columns.
_TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "movement_place": ("One row per place that movements and floating populations name.", _PLACE),
    "movement_cell": (
        "One row per such place that is no region, with its point.",
        {name: _PLACE[name] for name in ("location_id", "lon", "lat")},
    ),
    "movement_region": (
        "One row per such place, level and region version; a region has itself and those above it, and no others.",
        {
            "location_id": _PLACE["location_id"],
            "layer_id": "Number of the level within this snapshot.",
            "region_key": "Number of the region version within this snapshot.",
            "valid_from": "First day on which the place lies in it; null is always.",
            "valid_to": "First day on which it no longer does; null is still.",
        },
    ),
    "flow": (
        "One row per origin, destination and time of a flow, as its source says.",
        {
            **_GROUP,
            "origin_location_id": "Place where it begins; null is unknown.",
            "destination_location_id": "Place where it ends; null is unknown.",
            "mode": "Means of travel, in the source's own words; null where it does not say.",
            "trips": "Trips; null is unknown.",
        },
    ),
    "presence": (
        "One row per source, place, group of people, type of day and hour.",
        {
            **_GROUP,
            "location_id": _PLACE["location_id"],
            "measure": "stock (present in the hour) or footfall (passing in it).",
            "age": "Age group, in the source's own words; null is all ages.",
            "sex": "Sex, in the source's own words; null is both.",
            "visitor": "resident, visitor or worker; null is everybody.",
            "persons": "People, the mean of the days; null is unknown, also where one of the days is.",
            "days": "Days of which it is the mean; 1 where the source says a type of day.",
            "counted": "True in the source that counts in sums, the first of its measure in gcrm.toml.",
        },
    ),
}


def build_movement(con: duckdb.DuckDBPyConnection, *, settings: Settings) -> StageReport:
    """Make the tables of movement; they stay empty where a project has no such sources.

    Parameters
    ----------
    con
        Connection with ingest and conform attached, and `enrich` attached for writing.
    settings
        The project's settings.

    Returns
    -------
    StageReport
        Rows per table, and places that nothing is known of.
    """
    sql.run(con, _PACKAGE, "macro")
    sql.run(con, _PACKAGE, "movement_named")
    _write_centres(con)
    rows = {"movement_place": sql.run(con, _PACKAGE, "movement_place")}
    _write_regions(con, settings)
    rows["flow"] = sql.run(con, _PACKAGE, "flow")
    rows["presence"] = sql.run(con, _PACKAGE, "presence", {"sources": list(settings.sources)})
    for table in ("movement_cell", "movement_region"):
        rows[table] = sql.number(con, f"SELECT count(*) FROM enrich.{table}")
    con.execute("DROP TABLE temp.movement_named; DROP TABLE temp.movement_cell_centre; DROP TABLE temp.movement_point")
    cells = {f"h3_r{r}": f"H3 cell of resolution {r} that holds the point." for r in settings.cell_resolutions}
    for table, (grain, columns) in _TABLES.items():
        sql.comment(con, f"enrich.{table}", grain, columns | (cells if table == "movement_cell" else {}))
    return StageReport("enrich", rows, _findings(con))


def _write_centres(con: duckdb.DuckDBPyConnection) -> None:
    """Write the middle of every H3 cell that is named, as a temporary table; a word that is no cell has none."""
    named = con.execute("SELECT DISTINCT place_id FROM movement_named WHERE kind = 'cell'").fetchall()
    cells = [word for (word,) in named if h3.is_valid_cell(word.lower())]
    points = [h3.cell_to_latlng(word.lower()) for word in cells]
    table = pa.table(
        {
            "place_id": pa.array(cells, pa.string()),
            "lon": pa.array([lon for _, lon in points], pa.float64()),
            "lat": pa.array([lat for lat, _ in points], pa.float64()),
        }
    )
    sql.run(con, _PACKAGE, "movement_cell_centre")
    con.register("arrow_rows", table)
    try:
        con.execute("INSERT INTO movement_cell_centre SELECT * FROM arrow_rows")
    finally:
        con.unregister("arrow_rows")


def _write_regions(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Write the cells and regions of places: regions lie in those above them, all others where their point lies."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE movement_point AS "
        "SELECT location_id, lon, lat FROM enrich.movement_place WHERE kind <> 'region'"
    )
    write_cells(
        con,
        points="temp.movement_point",
        key="location_id",
        resolutions=settings.cell_resolutions,
        out="enrich.movement_cell",
    )
    con.execute("CREATE TABLE enrich.movement_region AS FROM conform.location_region LIMIT 0")
    layers = [row[0] for row in con.execute("SELECT layer_id FROM conform.layer ORDER BY 1").fetchall()]
    if sql.number(con, "SELECT count(*) FROM enrich.movement_cell"):
        for layer_id in layers:
            assign_points(
                con, points="enrich.movement_cell", key="location_id", layer_id=layer_id, out="enrich.movement_region"
            )
    sql.run(con, _PACKAGE, "movement_region")
    for resolution in settings.cell_resolutions:  # a place that is a cell is in none that is finer
        name = sql.identifier(f"h3_r{resolution}")
        con.execute(
            f"UPDATE enrich.movement_cell AS c SET {name} = NULL FROM enrich.movement_place AS p WHERE p.kind = 'cell' "
            "AND p.location_id = c.location_id AND (('0x' || p.place_id)::UBIGINT >> 52) & 15 < $resolution",
            {"resolution": resolution},
        )


def _findings(con: duckdb.DuckDBPyConnection) -> tuple[Finding, ...]:
    """Report places that are not known, by kind and level, and counts that name no place."""
    text = """
        SELECT coalesce(level, kind), count(*) FROM enrich.movement_place WHERE NOT listed OR lon IS NULL
        GROUP BY ALL ORDER BY 1"""
    lost = [
        Finding("orphan", f"movement: {what}", count, "named by movements, but not known, or without a point")
        for what, count in con.execute(text).fetchall()
    ]
    text = """
        WITH counted AS (
            SELECT source, origin_location_id IS NULL OR destination_location_id IS NULL AS nowhere, trips AS figure
            FROM enrich.flow
            UNION ALL SELECT source, location_id IS NULL, persons FROM enrich.presence
        )
        SELECT source, count(*) FILTER (nowhere), count(*) FILTER (figure IS NULL) FROM counted
        GROUP BY source ORDER BY source"""
    for source, nowhere, unknown in con.execute(text).fetchall():
        if nowhere:
            lost.append(Finding("unlocated", source, nowhere, "name no place"))
        if unknown:
            lost.append(Finding("unknown", source, unknown, "figures are unknown, not 0"))
    return tuple(lost)
