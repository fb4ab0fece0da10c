"""Building the ground: each thing is drawn once for every range of zoom levels in which it can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely

from gcrm import sql
from gcrm.enrich.ground.outline import RANGES, Range, drawn, project

if TYPE_CHECKING:
    import duckdb

_GRAIN = "One row per thing that the base map draws and range of zoom levels."
_COLUMNS = {
    "layer": "What it is: water, green, land, building, stream, rail or road.",
    "kind": "Land use, class of the barrier, or rank of the road (major, main, middle, street, walk, service, path).",
    "name": "Its name; null where it has none.",
    "storey": "Storey of a road: above 0 on bridges, below 0 in tunnels.",
    "rank": "Which roads lie above which: the higher ones.",
    "min_zoom": "First zoom level at which it is drawn.",
    "max_zoom": "Last zoom level at which it is drawn with this outline.",
    "west": "Western end in Web Mercator, as a share of the world's width from the west.",
    "south": "Southern end in Web Mercator, as a share of the world's height from the south.",
    "east": "Eastern end, likewise.",
    "north": "Northern end, likewise.",
    "geometry": "Outline as WKB in the same unit, with no more corners than these zoom levels can show.",
}
#: Things that are held at a time.
_BATCH = 100_000


def build_ground(con: duckdb.DuckDBPyConnection) -> int:
    """Make the ground of what is known of land, buildings, roads and barriers.

    Parameters
    ----------
    con
        Connection with ingest attached, and `enrich` attached for writing.

    Returns
    -------
    int
        Rows written; none where the project has no such sources.
    """
    sql.run(con, __package__, "ground")
    sql.comment(con, "enrich.ground", _GRAIN, _COLUMNS)
    sql.run(con, __package__, "feature")
    count = 0
    things = con.execute(
        "SELECT layer, kind, name, first_zoom, storey, rank, geometry FROM ground_feature"
    ).to_arrow_table()
    for batch in things.to_batches(max_chunksize=_BATCH):
        count += sum(_write(con, batch, zooms) for zooms in RANGES)
    con.execute("DROP TABLE ground_feature")
    return count


def _write(con: duckdb.DuckDBPyConnection, things: pa.RecordBatch, zooms: Range) -> int:
    """Write the outlines of some things for a range of zoom levels."""
    first = np.maximum(things["first_zoom"].to_numpy(), zooms.first)
    early = first <= zooms.last
    if not early.any():
        return 0
    rows = things.filter(pa.array(early))
    shapes, seen = drawn(project(shapely.from_wkb(rows["geometry"].to_numpy(zero_copy_only=False))), zooms)
    rows, shapes, first = rows.filter(pa.array(seen)), shapes[seen], first[early][seen]
    west, south, east, north = shapely.bounds(shapes).T if len(shapes) else np.empty((4, 0))
    table = pa.table(
        {
            **{name: rows[name] for name in ("layer", "kind", "name", "storey", "rank")},
            "min_zoom": first,
            "max_zoom": np.full(len(first), zooms.last),
            "west": west,
            "south": south,
            "east": east,
            "north": north,
            "geometry": pa.array(shapely.to_wkb(shapes, byte_order=1), pa.binary()),
        }
    )
    con.register("ground_rows", table)
    con.execute("INSERT INTO enrich.ground BY NAME FROM ground_rows")
    con.unregister("ground_rows")
    return len(first)
