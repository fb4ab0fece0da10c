"""Places and roads: the nearest road of each place, and the minutes by car to the nearest store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gcrm import sql
from gcrm.enrich.road.condition import When
from gcrm.enrich.road.estimate import estimated_nearest
from gcrm.enrich.road.network import graph, network
from gcrm.enrich.road.search import nearest
from gcrm.enrich.road.snap import Snap, snap

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

    from gcrm.enrich.road.network import Network

#: What the road of a place is called where there is none within reach.
TOO_FAR = "too far"
#: Column of `enrich.location_road` -> its meaning.
COLUMNS = {
    "location_id": "The place.",
    "piece_id": "Piece of the nearest road for cars; null where the place is too far from any, or there are no roads.",
    "share": "How far along the piece the place is, as drawn, 0 to 1; null as above.",
    "access_m": "Metres from the place to that road, in a straight line; null as above.",
    "road_access": "Class of the nearest road of any kind; 'too far' where none is within reach; null without roads.",
    "store_id": "Nearest store by car, of those open on the last day of the orders; null where none is reached.",
    "drive_min_store": "Minutes by car to that store in free flow; null where none is reached.",
    "drive_basis": "roads, or estimate: a straight line by the project's circuity and speed, where it has no roads.",
}


def write_places(con: duckdb.DuckDBPyConnection) -> int:
    """Write the nearest road and store of each place as `enrich.location_road`.

    Parameters
    ----------
    con
        Connection with ingest and geocode attached, and `enrich`, with the graph of roads, attached for writing.

    Returns
    -------
    int
        Rows written.
    """
    places = con.execute(sql.read("gcrm.enrich.road", "place")).to_arrow_table()
    stores = con.execute(sql.read("gcrm.enrich.road", "open_store")).to_arrow_table()
    if not network(con).is_there and not stores.num_rows:
        places = places.slice(0, 0)
    con.register("arrow_rows", _reached(network(con), places, stores))
    try:
        con.execute("CREATE TABLE enrich.location_road AS SELECT * FROM arrow_rows ORDER BY location_id")
    finally:
        con.unregister("arrow_rows")
    return int(places.num_rows)


def _reached(net: Network, places: pa.Table, stores: pa.Table) -> pa.Table:
    """Find the road and the store of each place."""
    at, shops = _points(places), _points(stores)
    if net.is_there:
        driven = graph(net, "drive", When())
        own = snap(driven, at[:, 0], at[:, 1])
        minutes, which = nearest(driven, own, snap(driven, shops[:, 0], shops[:, 1]))
        access = _access(net, at, own)
    else:
        own = Snap(np.full(len(at), -1), np.zeros(len(at)), np.full(len(at), np.nan))
        minutes, which = estimated_nearest(at, shops, net.rules, "drive")
        access = pa.nulls(len(at), pa.string())
    far, none = own.piece < 0, which < 0
    basis = "roads" if net.is_there else "estimate"
    ids = stores["store_id"].combine_chunks().cast(pa.string())
    return pa.table(
        {
            "location_id": places["location_id"],
            "piece_id": pa.array(own.piece.astype(np.int32), mask=far),
            "share": pa.array(own.share, mask=far),
            "access_m": pa.array(own.access_m, mask=far),
            "road_access": access,
            "store_id": ids.take(pa.array(which, mask=none)),
            "drive_min_store": pa.array(minutes, mask=none),
            "drive_basis": pa.array([basis] * len(at), pa.string()),
        }
    )


def _access(net: Network, at: NDArray[np.float64], driven: Snap) -> pa.Array:
    """Return the class of the nearest road of each place, whoever may use it; the nearest one for cars is known."""
    nearest_road = driven.piece.copy()
    walked = graph(net, "walk", When())
    if not np.array_equal(walked.open_pieces, graph(net, "drive", When()).open_pieces):
        own = snap(walked, at[:, 0], at[:, 1])
        closer = (own.piece >= 0) & ~(driven.access_m <= own.access_m)
        nearest_road[closer] = own.piece[closer]
    found = np.where(nearest_road >= 0, net.road_class[np.maximum(nearest_road, 0)], TOO_FAR)
    return pa.array(found.tolist(), pa.string())


def _points(table: pa.Table) -> NDArray[np.float64]:
    return np.column_stack([table[name].to_numpy() for name in ("lon", "lat")]).astype(float).reshape(-1, 2)
