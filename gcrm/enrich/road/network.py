"""The graph of a snapshot's roads in memory, read once; and the graph of one mode at one time, made once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy
import shapely
from pyproj import Transformer

from gcrm.enrich.road.condition import Condition, When, traffic
from gcrm.settings.roads import Roads

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

    from gcrm.enrich.road.pace import Mode

_READ: dict[str, Network] = {}
_KEPT = 4


@dataclass(frozen=True, eq=False)
class Network:
    """The roads of a snapshot: junctions, pieces between them, and arcs, which are pieces in one direction.

    Attributes
    ----------
    fingerprint
        Hash of all of it.
    metric_crs
        CRS in which distances to roads are measured.
    rules
        `[roads]` of the project.
    nodes
        How many junctions there are.
    start, end
        Junctions of each piece.
    length_m
        Length of each piece.
    road, name, road_class
        The road of each piece.
    line
        Each piece in the metric CRS.
    arc_piece, arc_forward
        The piece of each arc, and whether it is travelled as drawn.
    arc_min
        Mode -> minutes of each arc in free flow; NaN where the mode may not go there.
    arc_junction
        Minutes that a car loses at the end of each arc.
    conditions
        Conditions by day and hour.
    """

    fingerprint: str
    metric_crs: str
    rules: Roads
    nodes: int
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    length_m: NDArray[np.float64]
    road: NDArray[Any]
    name: NDArray[Any]
    road_class: NDArray[Any]
    line: NDArray[Any]
    arc_piece: NDArray[np.int64]
    arc_forward: NDArray[np.bool_]
    arc_min: dict[str, NDArray[np.float64]]
    arc_junction: NDArray[np.float64]
    conditions: tuple[Condition, ...]

    @property
    def is_there(self) -> bool:
        """True where the project has roads."""
        return bool(len(self.arc_piece))

    def plane(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points in the metric CRS: one row of x and y each."""
        return np.column_stack(self._move.transform(lon, lat))

    def world(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points of the metric CRS in WGS84: one row of lon and lat each."""
        return np.column_stack(self._move.transform(x, y, direction="INVERSE"))

    @cached_property
    def _move(self) -> Transformer:
        return Transformer.from_crs("EPSG:4326", self.metric_crs, always_xy=True)


@dataclass(frozen=True, eq=False)
class Graph:
    """A network for one mode at one time.

    Attributes
    ----------
    network
        The roads.
    mode, time
        How, and when.
    forward_min, backward_min
        Minutes to travel each piece as drawn and against it, without what is lost at its end; infinite where that may
        not be.
    forward_end_min, backward_end_min
        Minutes lost at the junction at its end, by direction.
    is_assumed
        True where the speeds of busy hours rest on `peak_share`, because no condition tells them.
    """

    network: Network
    mode: Mode
    time: When
    forward_min: NDArray[np.float64]
    backward_min: NDArray[np.float64]
    forward_end_min: NDArray[np.float64]
    backward_end_min: NDArray[np.float64]
    is_assumed: bool

    @cached_property
    def matrix(self) -> scipy.sparse.csr_matrix:
        """Minutes from junction (row) to junction (column); of several arcs between two the shortest."""
        ways, _ = self._arcs
        n = self.network.nodes
        return scipy.sparse.csr_matrix((ways[2], (ways[0].astype(np.int32), ways[1].astype(np.int32))), shape=(n, n))

    @cached_property
    def back(self) -> scipy.sparse.csr_matrix:
        """The matrix with every arc turned round."""
        return self.matrix.T.tocsr()

    @cached_property
    def _arcs(self) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]], NDArray[np.int64]]:
        """Return from, to and minutes of the shortest arc of each pair of junctions, and its piece: ~i if backward."""
        net = self.network
        pieces = np.arange(len(net.start))
        tail, head = np.concatenate([net.start, net.end]), np.concatenate([net.end, net.start])
        taken = np.concatenate([self.forward_min + self.forward_end_min, self.backward_min + self.backward_end_min])
        which = np.concatenate([pieces, ~pieces])
        order = np.lexsort((which, taken, head, tail))
        order = order[np.isfinite(taken[order]) & (tail[order] != head[order])]
        tail, head, taken, which = tail[order], head[order], taken[order], which[order]
        first = np.ones(len(order), bool)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        return (tail[first], head[first], taken[first]), which[first]

    @cached_property
    def piece_of(self) -> dict[tuple[int, int], int]:
        """Junctions -> the piece of the shortest arc from one to the other; ~i if it is travelled backward."""
        (tail, head, _), which = self._arcs
        return dict(zip(zip(tail.tolist(), head.tolist(), strict=True), which.tolist(), strict=True))

    @cached_property
    def open_pieces(self) -> NDArray[np.int64]:
        """Pieces that can be travelled at all."""
        return np.flatnonzero(np.isfinite(np.minimum(self.forward_min, self.backward_min)))

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Where the open pieces lie."""
        return shapely.STRtree(self.network.line[self.open_pieces])


def network(con: duckdb.DuckDBPyConnection) -> Network:
    """Return the roads of a snapshot; those read last are kept.

    Parameters
    ----------
    con
        Connection with `enrich` attached.

    Returns
    -------
    Network
        The roads; without any where the project has none.
    """
    rules, fingerprint = con.execute("SELECT rules, fingerprint FROM enrich.road_network").fetchall()[0]
    if fingerprint not in _READ:
        while len(_READ) >= _KEPT:
            _READ.pop(next(iter(_READ)), None)
        _READ[fingerprint] = _read(con, json.loads(rules), fingerprint)
    return _READ[fingerprint]


def _read(con: duckdb.DuckDBPyConnection, rules: dict[str, Any], fingerprint: str) -> Network:
    pieces = con.execute("FROM enrich.road_piece ORDER BY piece_id").to_arrow_table()
    arcs = con.execute("FROM enrich.road_arc ORDER BY arc_id").to_arrow_table()
    found = con.execute(
        "SELECT road_id, road_class, day_type, from_hour, to_hour, speed_kmh, speed_share, closed, all_day"
        " FROM enrich.road_condition"
    ).fetchall()
    crs = str(rules.pop("metric_crs"))
    move = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    lines = shapely.from_wkb(pieces["geometry"].to_numpy())
    whole = {name: pieces[name].to_numpy().astype(np.int64) for name in ("from_node", "to_node")}
    minutes = {mode: arcs[f"{mode}_min"].to_numpy() for mode in ("drive", "cycle", "walk")}
    return Network(
        fingerprint,
        crs,
        Roads.model_validate(rules),
        int(con.execute("SELECT count(*) FROM enrich.road_node").fetchall()[0][0]),
        whole["from_node"],
        whole["to_node"],
        pieces["length_m"].to_numpy(),
        pieces["road_id"].to_numpy(),
        pieces["name"].to_numpy(),
        pieces["road_class"].to_numpy(),
        shapely.transform(lines, lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1]))),
        arcs["piece_id"].to_numpy().astype(np.int64),
        np.array(arcs["direction"].to_pylist(), object) == "forward",
        minutes,
        arcs["junction_min"].to_numpy(),
        tuple(Condition(*row) for row in found),
    )


@lru_cache(maxsize=8)
def graph(net: Network, mode: Mode, time: When) -> Graph:
    """Return the graph of a mode at a time; those made last are kept.

    Parameters
    ----------
    net
        The roads.
    mode
        drive, cycle or walk.
    time
        When. Conditions and busy hours concern cars; closures everybody.

    Returns
    -------
    Graph
        Minutes by piece and direction.
    """
    minutes = net.arc_min[mode].astype(float)
    said = traffic(net.conditions, net.road[net.arc_piece], net.road_class[net.arc_piece], time)
    is_assumed = False
    if mode == "drive":
        with np.errstate(invalid="ignore"):
            told = net.length_m[net.arc_piece] / said.speed_kmh * 0.06
        # A speed is no right of way: where cars may not go, nothing makes it faster.
        minutes = np.where(np.isnan(told) | np.isnan(minutes), minutes / said.share, np.maximum(told, 1e-9))
        if time.day_type == "weekday" and time.hour in net.rules.peak_hours and not said.told.all():
            minutes = np.where(said.told, minutes, minutes / net.rules.peak_share)
            is_assumed = net.rules.peak_share < 1
    minutes = np.where(said.closed | np.isnan(minutes), np.inf, minutes)
    ends = net.arc_junction if mode == "drive" else np.zeros(len(minutes))
    parts = []
    for way in (net.arc_forward, ~net.arc_forward):
        taken, lost = np.full(len(net.start), np.inf), np.zeros(len(net.start))
        taken[net.arc_piece[way]], lost[net.arc_piece[way]] = minutes[way], ends[way]
        parts.append((taken, lost))
    (forward, forward_end), (backward, backward_end) = parts
    return Graph(net, mode, time, forward, backward, forward_end, backward_end, is_assumed)
