"""Who looks after a customer, prospect or new lead: by their own assignment, their territory, product and channel.

The first of these that says somebody counts: an assignment of the party itself; an assignment of a region that it lies
in, first one for its product, then one for its channel, then one for everything, and among equals that of the smaller
regions; the sales person that its record names; the nearest region that somebody looks after; whoever takes the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import shapely

from gcrm import crm, sql
from gcrm.cube.records import KINDS
from gcrm.errors import AccessError
from gcrm.exports.assignment import owners

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gcrm.exports.project import Project

#: Farther than this, the nearest region is nobody's neighbour.
NEAR_M = 20_000.0
_FILED = """
    SELECT subject_kind, level, subject_id, product, channel, owner_id, valid_from, valid_to
    FROM warehouse.bridge_assignment WHERE source <> 'crm'
"""
_COLUMNS = {
    **dict.fromkeys(("kind", "id", "name", "owner_id", "owner_name", "basis", "level", "region_id"), pa.string()),
    **dict.fromkeys(("product", "channel", "reason"), pa.string()),
}


@dataclass(frozen=True)
class Held:
    """An assignment that holds on a day.

    Attributes
    ----------
    kind, level, id
        What is looked after: kind of subject, level of a region, identifier.
    owner
        The sales person.
    product, channel
        What alone it is for; null is everything.
    """

    kind: str
    level: str | None
    id: str
    owner: str
    product: str | None
    channel: str | None

    @property
    def words(self) -> str:
        """What alone it is for, in words."""
        only = [w for w in (self.product, self.channel) if w is not None]
        return f" for {' by '.join(only)}" if only else ""


@dataclass(frozen=True)
class Way:
    """Who looks after somebody, and why.

    Attributes
    ----------
    owner
        The sales person; null where nobody does.
    basis
        `own`, `territory`, `record`, `nearest`, `rest` or `nobody`.
    reason
        Why, in words.
    held
        The assignment that says so; null where none does.
    """

    owner: str | None
    basis: str
    reason: str
    held: Held | None = None


@dataclass
class Book:
    """Every assignment of a day, ready to be looked up.

    Attributes
    ----------
    ws
        The project.
    day
        The day.
    product, channel
        What somebody is interested in, and how they are reached; null is not known.
    rest
        Who takes those that nobody else does; null is nobody.
    instead
        Assignments of a plan: at the level that they are of, they alone count.
    levels
        Levels of regions that somebody looks after, the smallest regions first; worked out, not given.
    """

    ws: Project
    day: date
    product: str | None = None
    channel: str | None = None
    rest: str | None = None
    instead: Sequence[Held] = ()
    _of: dict[tuple[str, str | None, str], list[Held]] = field(default_factory=dict, repr=False)
    _trees: dict[str, Any] = field(default_factory=dict, repr=False)
    levels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Take the assignments up, and order the levels of regions that have any, the smallest regions first."""
        planned = {(h.kind, h.level) for h in self.instead}
        now = [h for h in _holding(self.ws, self.day) if (h.kind, h.level) not in planned]
        for held in (*self.instead, *now):
            fits = held.product in {None, self.product} and held.channel in {None, self.channel}
            if fits:
                self._of.setdefault((held.kind, held.level, held.id), []).append(held)
        for own in self._of.values():
            own.sort(key=_rank)
        found = {level for kind, level, _ in self._of if kind == "region" and level is not None}
        count = dict(
            self.ws.cursor().execute("SELECT level, count(*) FROM cube.current_region GROUP BY level").fetchall()
        )
        self.levels = tuple(sorted((x for x in found if x in count), key=lambda x: (-count[x], x)))

    def way(
        self,
        kind: str,
        id: str,  # noqa: A002 - the word of every table here
        record: str | None,
        regions: Mapping[str, str | None],
        point: tuple[float, float] | None,
    ) -> Way:
        """Say who looks after somebody.

        Parameters
        ----------
        kind, id
            Customer or prospect, and identifier; a lead has neither.
        record
            The sales person that the record names.
        regions
            Level -> region that they lie in.
        point
            Where they are, lon and lat; null where that is not known.

        Returns
        -------
        Way
            Who, and why.
        """
        own = self._of.get((kind, None, id), [])
        if own:
            return Way(own[0].owner, "own", f"assigned to this {kind} itself{own[0].words}", own[0])
        held = [h for level in self.levels for h in self._of.get(("region", level, regions.get(level) or ""), [])]
        if held:
            best = min(held, key=_rank)  # of equals the first, which is that of the smallest regions
            return Way(best.owner, "territory", f"lies in {best.level} {best.id}, assigned{best.words}", best)
        if record is not None:
            return Way(record, "record", f"in no territory; named by the record of this {kind}")
        return self._fallback(point)

    def _fallback(self, point: tuple[float, float] | None) -> Way:
        """Return the way of those whom no assignment reaches."""
        why = "has no known place" if point is None else "lies in no region that somebody looks after"
        if point is not None:
            near = [n for level in self.levels if (n := self._nearest(level, point))]
            if near:
                away, held = min(near, key=lambda one: one[0])
                return Way(
                    held.owner,
                    "nearest",
                    f"{why}; {held.level} {held.id} is the nearest, {away / 1000:.1f} km away",
                    held,
                )
        if self.rest is not None:
            return Way(self.rest, "rest", f"{why}; {self.rest} takes the rest")
        return Way(None, "nobody", why)

    def _nearest(self, level: str, point: tuple[float, float]) -> tuple[float, Held] | None:
        """Return the nearest region of a level that somebody looks after, and how far it is in metres."""
        if level not in self._trees:
            frame = self.ws.regions(level).to_crs(self.ws.settings.project.metric_crs)
            frame = frame[[("region", level, r) in self._of for r in frame["region_id"]]]
            self._trees[level] = (frame["region_id"].tolist(), shapely.STRtree(frame.geometry.to_numpy()))
        ids, tree = self._trees[level]
        spot = _metric(self.ws, point)
        found = tree.query_nearest(spot, max_distance=NEAR_M, return_distance=True, all_matches=False)
        if not len(found[0]):
            return None
        held = self._of["region", level, ids[int(found[0][0])]][0]
        return float(found[1][0]), held


def route(ws: Project, kinds: Sequence[str] = ("customers", "prospects"), **words: Any) -> pa.Table:
    """Say who looks after each customer and prospect on a day, and why.

    Parameters
    ----------
    ws
        The project.
    kinds
        `customers`, `prospects` or both.
    **words
        `day` (today where absent), `product`, `channel`, `rest`: see `Book`.

    Returns
    -------
    pa.Table
        One row per party: kind, id, name, owner_id (null: nobody), owner_name, basis, level, region_id, product,
        channel (of the assignment that says so; null where none does), reason.

    Raises
    ------
    AccessError
        If the scope has no record rights, or does not see every region.
    """
    check(ws)
    book = book_of(ws, **words)
    names = owners(ws, book.day)
    rows = []
    for kind in kinds:
        for row in _parties(ws, kind, book.levels):
            regions = {level: row[f"in_{level}"] for level in book.levels}
            point = None if row["lon"] is None else (row["lon"], row["lat"])
            way = book.way(kind.removesuffix("s"), row["id"], row["owner_id"], regions, point)
            rows.append(
                {"kind": kind.removesuffix("s"), "id": row["id"], "name": row["name"], "owner_id": way.owner}
                | {"owner_name": names.get(way.owner, {}).get("owner_name"), "basis": way.basis, "reason": way.reason}
                | (
                    {"level": h.level, "region_id": h.id, "product": h.product, "channel": h.channel}
                    if (h := way.held) and h.kind == "region"
                    else {}
                )
            )
    return pa.Table.from_pylist([{n: row.get(n) for n in _COLUMNS} for row in rows], pa.schema(_COLUMNS))


def book_of(ws: Project, day: date | None = None, **words: Any) -> Book:
    """Return the assignments of a day.

    Parameters
    ----------
    ws
        The project.
    day
        The day; today where null.
    **words
        `product`, `channel`, `rest` and `instead` of `Book`.

    Returns
    -------
    Book
        Ready to be looked up.
    """
    return Book(ws, day or date.today(), **words)  # noqa: DTZ011 - assignments hold by the local day


def check(ws: Project) -> None:
    """Refuse a scope that may not see who looks after whom.

    Raises
    ------
    AccessError
        If it has no record rights, or does not see every region.
    """
    if not ws.scope.record_rights or ws.scope.regions:
        msg = f"Who looks after whom shows every customer; '{ws.scope.name}' may not see all of them."
        raise AccessError(msg)


def _holding(ws: Project, day: date) -> list[Held]:
    """Return every assignment that holds on a day; from its first one on, only the store counts for a subject."""
    filed = [(*row[:6], row[6], row[7]) for row in ws.cursor().execute(_FILED).fetchall()]
    stored: list[tuple[Any, ...]] = []
    if crm.exists(ws.folder, ws.settings):
        stored = [
            (a.subject.kind, a.subject.level, a.subject.id, a.product, a.channel, a.owner_id, a.valid_from, a.valid_to)
            for a in ws.crm.find(crm.Assignment)
        ]
    taken = {row[:5] for row in stored if row[6] <= day}
    return [
        Held(kind, level, own, owner, product, channel)
        for kind, level, own, product, channel, owner, first, end in [r for r in filed if r[:5] not in taken] + stored
        if (first is None or first <= day) and (end is None or day < end)
    ]


def _parties(ws: Project, kind: str, levels: Sequence[str]) -> list[dict[str, Any]]:
    """Return the customers or prospects with their place and regions."""
    table, _ = KINDS[kind]
    names = [f"(SELECT region_id FROM cube.current_region WHERE region_key = p.{sql.identifier(x)})" for x in levels]
    places = "".join(f", {n} AS {sql.identifier(f'in_{x}')}" for n, x in zip(names, levels, strict=True))
    found = ws.cursor().execute(
        f"SELECT f.{kind.removesuffix('s')}_id AS id, f.name, f.owner_id, l.lon, l.lat{places}"
        f" FROM warehouse.{table} AS f"
        " LEFT JOIN warehouse.dim_location AS l ON l.location_id = f.location_id"
        " LEFT JOIN cube.location_path AS p ON p.location_id = f.location_id"
        f" WHERE f.{kind.removesuffix('s')}_id IS NOT NULL ORDER BY 1"
    )
    rows: list[dict[str, Any]] = found.to_arrow_table().to_pylist()
    return rows


def _rank(held: Held) -> tuple[bool, bool]:
    """Order assignments: for a product first, then for a channel, then for everything."""
    return held.product is None, held.channel is None


def _metric(ws: Project, point: tuple[float, float]) -> shapely.Point:
    """Return a point in the project's CRS."""
    import geopandas as gpd  # noqa: PLC0415 (takes long to import, and few need it)

    spot: shapely.Point = (
        gpd.GeoSeries([shapely.Point(*point)], crs="EPSG:4326").to_crs(ws.settings.project.metric_crs).iloc[0]
    )
    return spot
