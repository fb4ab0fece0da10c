"""Crosswalks between the regions of a project, the error of moving figures, and trends across changes of borders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from gcrm.conform.crosswalk import Crosswalk, by_area, by_mass
from gcrm.conform.crosswalk.weight import WHOLE_FROM
from gcrm.errors import AccessError, QueryError, near

if TYPE_CHECKING:
    from datetime import date

    import duckdb
    from numpy.typing import NDArray

    from gcrm.access.scope import Scope
    from gcrm.warehouse.reader import Reader

Weight = Literal["area", "addresses", "dwellings", "volume"]
WEIGHTS: tuple[Weight, ...] = ("area", "addresses", "dwellings", "volume")
#: Height of a floor where a building's own height is not known.
_FLOOR_M = 3.0
_ZONES = """
    SELECT region_key, region_id, geometry FROM warehouse.dim_region
    WHERE level = $level AND geometry IS NOT NULL AND CASE
        WHEN $day IS NULL THEN region_key IN (SELECT region_key FROM cube.current_region)
        ELSE coalesce(valid_from <= $day, TRUE) AND coalesce($day < valid_to, TRUE) END
    ORDER BY region_id, region_key"""
#: Weight -> things with their mass, and the regions that each lies in.
_MASSES = {
    "addresses": (
        """SELECT location_id AS thing, count(*)::DOUBLE AS mass FROM geocode.record_location
            WHERE kind = 'address_reference' AND location_id IS NOT NULL GROUP BY location_id""",
        "SELECT location_id AS thing, region_key FROM warehouse.bridge_location_region",
    ),
    "dwellings": (
        "SELECT building_key AS thing, units::DOUBLE AS mass FROM enrich.building WHERE units > 0",
        "SELECT building_key AS thing, region_key FROM enrich.building_region",
    ),
    "volume": (
        f"""SELECT building_key AS thing, coalesce(footprint_m2 * coalesce(height_m, levels * {_FLOOR_M}),
            floor_area_m2 * {_FLOOR_M}) AS mass FROM enrich.building""",
        "SELECT building_key AS thing, region_key FROM enrich.building_region",
    ),
}


def crosswalk(
    reader: Reader,
    source: str,
    target: str,
    *,
    scope: Scope,
    weight: Weight = "area",
    source_day: date | None = None,
    target_day: date | None = None,
    whole_from: float = WHOLE_FROM,
) -> Crosswalk:
    """Tell which share of each region of a level lies in which region of another, or of its own on another day.

    Parameters
    ----------
    reader
        The snapshot.
    source, target
        Levels.
    scope
        Who asks; it must see every region, and needs record rights.
    weight
        `area`, or what is counted on the ground: `addresses` (of the reference), `dwellings` (units of buildings) or
        `volume` (of buildings).
    source_day, target_day
        Day whose regions are meant; those of today where null.
    whole_from
        Share from which on a region counts as wholly covered.

    Returns
    -------
    Crosswalk
        The shares, by region_id.

    Raises
    ------
    AccessError
        If the scope does not see every region, or has no record rights.
    QueryError
        If a level or weight is not known, or nothing is known of what is weighted by.
    """
    sees_all(scope)
    if weight not in WEIGHTS:
        msg = f"There is no weight '{weight}'.{near(weight, WEIGHTS)}"
        raise QueryError(msg)
    con = reader.cursor()
    crs = reader.settings.project.metric_crs
    keys, first = zones(con, source, source_day, crs)
    others, second = zones(con, target, target_day, crs)
    if weight == "area":
        return by_area(first, second, whole_from=whole_from)
    pairs, masses = _counted(con, weight, keys, others)
    if not masses[0].sum():
        msg = f"Nothing is known of {weight} in the regions of '{source}'; weight by area instead."
        raise QueryError(msg)
    return by_mass(first, second, pairs, masses, basis=weight, whole_from=whole_from)


def sees_all(scope: Scope) -> None:
    """Refuse who does not see everything: what is worked out over all regions tells of each.

    Parameters
    ----------
    scope
        Who asks.

    Raises
    ------
    AccessError
        If the scope does not see every region, or has no record rights.
    """
    if not scope.record_rights:
        msg = f"The scope '{scope.name}' has no right to single records, and this is worked out from all of them."
        raise AccessError(msg)
    if scope.regions:
        msg = f"The scope '{scope.name}' does not see every region, and this is worked out over all of them."
        raise AccessError(msg)


def zones(
    con: duckdb.DuckDBPyConnection, level: str, day: date | None, crs: str
) -> tuple[NDArray[np.int64], tuple[NDArray[Any], NDArray[Any]]]:
    """List the regions of a level.

    Parameters
    ----------
    con
        Connection with a snapshot.
    level
        A level.
    day
        Day whose regions are meant; those of today where null.
    crs
        Metric system in which shapes are wanted.

    Returns
    -------
    tuple
        Keys, identifiers and valid shapes, by identifier.

    Raises
    ------
    QueryError
        If the level has no regions on that day.
    """
    table = con.execute(_ZONES, {"level": level, "day": day}).to_arrow_table()
    if not table.num_rows:
        known = [name for (name,) in con.execute("SELECT DISTINCT level FROM warehouse.dim_region").fetchall()]
        what = f"no level '{level}' with regions" + ("" if day is None else f" on {day}")
        msg = f"There is {what}.{near(level, known) if level not in known else ''}"
        raise QueryError(msg)
    shapes = in_metres(shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False)), crs)
    ids = np.array(table["region_id"].to_pylist(), object)
    return table["region_key"].to_numpy().astype(np.int64), (ids, shapes)


def in_metres(shapes: NDArray[Any], crs: str) -> NDArray[Any]:
    """Move shapes of EPSG:4326 into a metric system, and mend what is not valid there.

    Parameters
    ----------
    shapes
        Polygons in EPSG:4326.
    crs
        The metric system.

    Returns
    -------
    numpy.ndarray
        Valid shapes.
    """
    into = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    moved = shapely.transform(shapes, lambda at: np.column_stack(into.transform(at[:, 0], at[:, 1])))
    valid: NDArray[Any] = shapely.make_valid(moved)
    return valid


def _counted(
    con: duckdb.DuckDBPyConnection, weight: Weight, keys: NDArray[np.int64], others: NDArray[np.int64]
) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]], tuple[Any, Any]]:
    """Count what stands in both regions of each pair, and in each region; positions are those of the keys."""
    things, places = _MASSES[weight]
    numbered = "SELECT unnest($%s::BIGINT[]) AS region_key, unnest(range(len($%s::BIGINT[]))) AS spot"
    text = f"""
        WITH thing AS ({things}), place AS ({places}),
        first AS ({numbered % ("first", "first")}), second AS ({numbered % ("second", "second")}),
        held AS (
            SELECT DISTINCT t.thing, f.spot, t.mass FROM thing AS t
            JOIN place AS p ON p.thing = t.thing JOIN first AS f ON f.region_key = p.region_key WHERE t.mass > 0),
        kept AS (
            SELECT DISTINCT t.thing, s.spot, t.mass FROM thing AS t
            JOIN place AS p ON p.thing = t.thing JOIN second AS s ON s.region_key = p.region_key WHERE t.mass > 0)
        SELECT 'both' AS what, h.spot AS first, k.spot AS second, sum(h.mass) AS mass
        FROM held AS h JOIN kept AS k ON k.thing = h.thing GROUP BY ALL
        UNION ALL SELECT 'first', spot, NULL, sum(mass) FROM held GROUP BY ALL
        UNION ALL SELECT 'second', NULL, spot, sum(mass) FROM kept GROUP BY ALL"""
    frame = con.execute(text, {"first": keys.tolist(), "second": others.tolist()}).df()
    both = frame[frame["what"] == "both"]
    masses = []
    for side, count in (("first", len(keys)), ("second", len(others))):
        own = frame[frame["what"] == side]
        masses.append(np.bincount(own[side].to_numpy(int), own["mass"].to_numpy(float), count))
    pairs = both["first"].to_numpy(np.int64), both["second"].to_numpy(np.int64), both["mass"].to_numpy(float)
    return pairs, (masses[0], masses[1])


def statistic(
    reader: Reader, name: str, ids: NDArray[Any], level: str, as_of: date | None = None
) -> NDArray[np.float64]:
    """Return a zone statistic of regions in the order of their identifiers; nan where it is unknown.

    Parameters
    ----------
    reader
        The snapshot.
    name
        Name of the statistic.
    ids
        Identifiers of regions.
    level
        Their level.
    as_of
        Its reference day; the last one where null.

    Returns
    -------
    numpy.ndarray
        Figures.

    Raises
    ------
    QueryError
        If there is no such statistic of the level.
    """
    text = """
        SELECT r.region_id, s.value, s.as_of FROM warehouse.fact_zone_statistic AS s
        JOIN warehouse.dim_region AS r ON r.region_key = s.region_key
        WHERE s.level = $level AND s.statistic = $name AND ($as_of IS NULL OR s.as_of = $as_of)
        QUALIFY row_number() OVER (PARTITION BY r.region_id ORDER BY s.as_of DESC NULLS LAST, r.region_key DESC) = 1"""
    con = reader.cursor()
    rows = con.execute(text, {"level": level, "name": name, "as_of": as_of}).fetchall()
    if not rows:
        pairs = con.execute(
            "SELECT DISTINCT statistic || ' of ' || level FROM warehouse.fact_zone_statistic"
        ).fetchall()
        msg = f"There is no statistic '{name}' of '{level}'.{near(f'{name} of {level}', [p for (p,) in pairs])}"
        raise QueryError(msg)
    found = {region: value for region, value, _ in rows}
    return np.array([np.nan if found.get(i) is None else found[i] for i in ids], float)


def held_out(
    reader: Reader, name: str, fine: str, coarse: str, *, scope: Scope, weights: tuple[Weight, ...] = WEIGHTS
) -> pd.DataFrame:
    """Measure the error of moving a statistic: its figures are summed up, moved down again, and held against the truth.

    Parameters
    ----------
    reader
        The snapshot.
    name
        A statistic of the level `fine` that is a count.
    fine, coarse
        Level of which it is known, and a larger one that it is summed up to. The sums go by area, each region to the
        one that holds most of it.
    scope
        As in `crosswalk`.
    weights
        Ways of weighting to compare; those of which nothing is known are left out.

    Returns
    -------
    pandas.DataFrame
        One row per weight, the best first: weight, zones, mean_absolute_error, root_mean_square_error, share_misplaced
        (half of the absolute errors by the total).

    Raises
    ------
    AccessError
        As `crosswalk`.
    QueryError
        As `crosswalk`, or if the statistic is not known.
    """
    up = crosswalk(reader, fine, coarse, scope=scope)
    order = np.lexsort((-up.share, up.source))
    first = np.append(True, np.diff(up.source[order]) > 0)
    home = np.full(len(up.sources), -1)
    home[up.source[order][first]] = up.target[order][first]
    truth = statistic(reader, name, up.sources, fine)
    known = np.isfinite(truth) & (home >= 0)
    sums = np.bincount(home[known], truth[known], len(up.targets)).astype(float)
    rows = []
    for weight in weights:
        try:
            down = crosswalk(reader, coarse, fine, scope=scope, weight=weight)
        except QueryError:  # nothing is known of it
            continue
        error = (down.extensive(sums).figures - truth)[known]
        rows.append(
            {
                "weight": weight,
                "zones": int(known.sum()),
                "mean_absolute_error": float(np.abs(error).mean()),
                "root_mean_square_error": float(np.sqrt((error**2).mean())),
                "share_misplaced": float(np.abs(error).sum() / 2 / truth[known].sum()),
            }
        )
    return pd.DataFrame(rows).sort_values("mean_absolute_error", ignore_index=True)


def trend(reader: Reader, name: str, level: str, *, scope: Scope, weight: Weight = "area") -> pd.DataFrame:
    """Return a count of every reference day by the regions of the last one: a trend that no change of borders breaks.

    Parameters
    ----------
    reader
        The snapshot.
    name
        A statistic that is a count.
    level
        Its level.
    scope, weight
        As in `crosswalk`.

    Returns
    -------
    pandas.DataFrame
        One row per region and reference day: region_id, as_of, value (null is unknown), covered (share of it that is
        known), moved (True where it was moved between versions), lost (of the day: what lies in no region of today).

    Raises
    ------
    AccessError
        As `crosswalk`.
    QueryError
        As `crosswalk`, or if the statistic is not known or has no reference days.
    """
    text = """
        SELECT DISTINCT as_of FROM warehouse.fact_zone_statistic
        WHERE statistic = $name AND level = $level AND as_of IS NOT NULL ORDER BY 1"""
    days = [day for (day,) in reader.cursor().execute(text, {"name": name, "level": level}).fetchall()]
    if not days:
        msg = f"The statistic '{name}' of '{level}' has no reference days; a trend needs them (as_of)."
        raise QueryError(msg)
    parts = []
    for day in days:
        way = crosswalk(reader, level, level, scope=scope, weight=weight, source_day=day, target_day=days[-1])
        figures = statistic(reader, name, way.sources, level, day)
        moved = way.extensive(figures)
        parts.append(
            pd.DataFrame(
                {
                    "region_id": way.targets,
                    "as_of": day,
                    "value": moved.figures,
                    "covered": moved.covered,
                    "moved": day != days[-1],
                    "lost": moved.lost,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
