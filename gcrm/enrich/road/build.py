"""The graph of the project's roads as tables: junctions, pieces, arcs, conditions, and what holds for all of them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from gcrm import sql
from gcrm.enrich.road import arc, piece
from gcrm.enrich.road.place import COLUMNS, write_places
from gcrm.stage import Finding, StageReport

if TYPE_CHECKING:
    import duckdb

    from gcrm.enrich.road.pace import Pace
    from gcrm.enrich.road.piece import Pieces
    from gcrm.settings import Settings

_NODE = {
    "node_id": "Number of the junction within this snapshot.",
    "lon": "Longitude in degrees, WGS84.",
    "lat": "Latitude in degrees, WGS84.",
    "component": "Number of the strong component: one can drive from any of its junctions to any; 1 is the largest.",
    "component_nodes": "How many junctions the component has.",
}
_PIECE = {
    "piece_id": "Number of the piece within this snapshot.",
    "source": "Source of the road.",
    "road_id": "The register's identifier of the road.",
    "name": "Name of the street; null where the register has none.",
    "road_class": "Class that the road counts as.",
    "storey": "Storey of the road: above 0 on bridges, below 0 in tunnels.",
    "from_node": "Junction at which the piece begins.",
    "to_node": "Junction at which it ends.",
    "length_m": "Length in metres on the ellipsoid.",
    "geometry": "Line as WKB in WGS84 lon/lat, as drawn.",
}
_ARC = {
    "arc_id": "Number of the arc within this snapshot.",
    "piece_id": "The piece that is travelled.",
    "road_id": "The register's identifier of the road.",
    "road_class": "Class that the road counts as.",
    "direction": "forward (as drawn) or backward.",
    "from_node": "Junction at which the arc begins.",
    "to_node": "Junction at which it ends.",
    "length_m": "Length in metres on the ellipsoid.",
    "drive_min": "Minutes by car in free flow, without the junction at its end; null where cars may not go.",
    "cycle_min": "Minutes on a bicycle; null where bicycles may not go.",
    "walk_min": "Minutes on foot; null where walkers may not go.",
    "junction_min": "Minutes that a car loses at the junction at its end.",
}
_CONDITION = {
    "road_id": "The road; null where it holds for a class, or for all.",
    "road_class": "The class of roads, as in road_piece; null where it holds for one road, or for all.",
    "day_type": "weekday, saturday, sunday or weekend; null is every day.",
    "from_hour": "First hour of the day.",
    "to_hour": "First hour no longer; less than or equal to from_hour where it reaches past midnight.",
    "speed_kmh": "Speed of cars in km/h; null where it is given as a share, or not at all.",
    "speed_share": "Share of the usual speed of cars; null where it is given in km/h, or not at all.",
    "closed": "True where nobody may pass.",
    "all_day": "True where it holds at every hour of every day: then it counts in free flow too.",
}
_NETWORK = {
    "nodes": "Junctions.",
    "pieces": "Pieces of road.",
    "drive_arcs": "Pairs of junctions with a way by car from the first to the second, past no other.",
    "cycle_arcs": "The same on a bicycle.",
    "walk_arcs": "The same on foot.",
    "rules": "The project's [roads] and metric_crs as JSON.",
    "fingerprint": "Hash of the graph, its conditions and rules.",
}


#: Table -> its grain, and the meaning of its columns.
_TABLES = {
    "road_node": ("One row per junction of roads.", _NODE),
    "road_piece": ("One row per piece of road between two junctions.", _PIECE),
    "road_arc": ("One row per piece of road and direction in which somebody may go.", _ARC),
    "road_condition": ("One row per condition of roads and time in which it holds.", _CONDITION),
    "road_network": ("One row: what holds for the whole graph of roads.", _NETWORK),
    "location_road": ("One row per located place: the road it stands on, and the way to the nearest store.", COLUMNS),
}


def build_roads(con: duckdb.DuckDBPyConnection, *, settings: Settings) -> StageReport:
    """Make the graph of the project's roads; empty tables where it has none.

    Parameters
    ----------
    con
        Connection with ingest and geocode attached, and `enrich` attached for writing.
    settings
        The project's settings.

    Returns
    -------
    StageReport
        Rows per table, and roads that were not understood.
    """
    table = con.execute(sql.read("gcrm.enrich.road", "road")).to_arrow_table()
    roads = table.drop_columns(["geometry", "from_node", "to_node"]).to_pylist()
    lines = shapely.from_wkb(table["geometry"].to_numpy())
    pieces = piece.cut(lines, *([*table[name].to_pylist()] for name in ("from_node", "to_node")))
    paces = arc.paces(roads, settings.roads)
    length_m = arc.lengths_m(pieces.line)
    arcs = arc.arc_table(pieces, paces, length_m, settings.roads)
    stretches = _pieces(table, pieces, paces, length_m)
    rows = {
        "road_node": _write(con, "road_node", _nodes(pieces, arcs)),
        "road_piece": _write(con, "road_piece", stretches),
        "road_arc": _arcs(con, arcs, stretches),
    }
    rows["road_condition"] = _conditions(con, settings)
    rows["road_network"] = _network(con, arcs, settings)
    rows["location_road"] = write_places(con)
    said = [sql.comments(f"enrich.{name}", grain, columns) for name, (grain, columns) in _TABLES.items()]
    sql.together(con, [statement for statements in said for statement in statements])
    return StageReport("enrich", rows, _findings(table, paces, pieces))


def _nodes(pieces: Pieces, arcs: pa.Table) -> pa.Table:
    count = len(pieces.lon)
    component, size = arc.components(count, arcs)
    return pa.table(
        {
            "node_id": np.arange(count, dtype=np.int32),
            "lon": pieces.lon,
            "lat": pieces.lat,
            "component": component.astype(np.int32),
            "component_nodes": size.astype(np.int32),
        }
    )


def _pieces(table: pa.Table, pieces: Pieces, paces: list[Pace], length_m: Any) -> pa.Table:
    own = table.take(pa.array(pieces.road))
    return pa.table(
        {
            "piece_id": np.arange(len(pieces.road), dtype=np.int32),
            **{name: own[name] for name in ("source", "road_id", "name")},
            "road_class": pa.array([paces[i].road_class for i in pieces.road.tolist()], pa.string()),
            "storey": own["storey"],
            "from_node": pieces.start.astype(np.int32),
            "to_node": pieces.end.astype(np.int32),
            "length_m": length_m,
            "geometry": pa.array(shapely.to_wkb(pieces.line), pa.binary()),
        }
    )


def _write(con: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> int:
    """Write Arrow rows as a table of the stage."""
    con.register("arrow_rows", rows)
    try:
        con.execute(f"CREATE TABLE enrich.{sql.identifier(name)} AS SELECT * FROM arrow_rows")
    finally:
        con.unregister("arrow_rows")
    return int(rows.num_rows)


def _arcs(con: duckdb.DuckDBPyConnection, arcs: pa.Table, pieces: pa.Table) -> int:
    own = pieces.take(arcs["piece_id"])
    named = {
        "arc_id": arcs["arc_id"],
        "piece_id": arcs["piece_id"],
        "road_id": own["road_id"],
        "road_class": own["road_class"],
        "direction": pa.array(np.where(arcs["forward"].to_numpy(), "forward", "backward"), pa.string()),
    }
    rest = [name for name in arcs.column_names if name not in {"arc_id", "piece_id", "forward"}]
    return _write(con, "road_arc", pa.table({**named, **{name: arcs[name] for name in rest}}))


def _conditions(con: duckdb.DuckDBPyConnection, settings: Settings) -> int:
    known = settings.roads.classes
    words = {"words": list(known), "classes": [str(c) for c in known.values()]}
    return sql.run(con, "gcrm.enrich.road", "road_condition", words)


def _network(con: duckdb.DuckDBPyConnection, arcs: pa.Table, settings: Settings) -> int:
    """Write what holds for the whole graph, and a hash by which a reader knows that it is the same again."""
    rules = {"metric_crs": settings.project.metric_crs, **settings.roads.model_dump(mode="json")}
    digest = hashlib.sha256(json.dumps(rules, sort_keys=True).encode())
    for name in arcs.column_names:
        digest.update(arcs[name].to_pandas().to_numpy().tobytes())
    conditions = con.execute("FROM enrich.road_condition ORDER BY ALL").fetchall()
    lines = con.execute("SELECT geometry, road_id FROM enrich.road_piece ORDER BY piece_id").fetchall()
    digest.update(repr((conditions, lines)).encode())
    values = {"rules": json.dumps(rules), "fingerprint": digest.hexdigest()[:16]}
    sql.run(con, "gcrm.enrich.road", "road_network", values)
    return 1


def _findings(table: pa.Table, paces: list[Pace], pieces: Pieces) -> tuple[Finding, ...]:
    """Report directions that mean nothing here, and junctions that cannot be where roads say, by source."""
    sources = table["source"].to_pylist()
    odd = Counter(source for source, own in zip(sources, paces, strict=True) if not own.understood)
    astray = Counter(sources[i] for i in pieces.astray.tolist())
    words = "have a word in oneway that is neither yes, no nor reverse; they count as open both ways"
    far = (
        f"name a junction that lies more than {piece.NEAR_M:g} m from their end; they meet others where they are drawn"
    )
    return (
        *(Finding("unknown_word", source, count, words) for source, count in sorted(odd.items())),
        *(Finding("astray", source, count, far) for source, count in sorted(astray.items())),
    )
