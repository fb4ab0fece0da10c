"""The building of one place: what it is, and how many of its units are customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    import duckdb

#: Over how many months the change of a building's customers is counted.
MONTHS = 6
_HOME = """
    WITH home AS (
        SELECT b.*
        FROM enrich.location_building AS l INNER JOIN enrich.building AS b ON b.building_key = l.building_key
        WHERE l.location_id = $location_id
    ),
    party AS (
        SELECT location_id, TRUE AS customer, since, until FROM warehouse.dim_customer
        UNION ALL
        SELECT location_id, FALSE, since, until FROM warehouse.dim_prospect
    ),
    near AS (
        SELECT p.customer,
            coalesce(p.since <= $last, TRUE) AND $last < coalesce(p.until, DATE '9999-12-31') AS now,
            coalesce(p.since <= $last - to_months($months), TRUE)
                AND $last - to_months($months) < coalesce(p.until, DATE '9999-12-31') AS before
        FROM party AS p
        WHERE p.location_id IN (
            SELECT l.location_id FROM enrich.location_building AS l
            WHERE l.building_key = (SELECT building_key FROM home)
        )
    )
    SELECT h.building_id, h.stand, h.name, h.building_use, h.residence_type, h.residence_from, h.units, h.units_from,
        h.levels, h.built_year,
        (SELECT count(*) FILTER (customer AND now) FROM near) AS customers,
        (SELECT count(*) FILTER (customer AND now) - count(*) FILTER (customer AND before) FROM near) AS change,
        (SELECT count(*) FILTER (NOT customer AND now) FROM near) AS prospects
    FROM home AS h
"""


def home(con: duckdb.DuckDBPyConnection, location_id: int | None, last: date) -> dict[str, Any] | None:
    """Return the building that a place lies in, and who is there.

    Parameters
    ----------
    con
        Connection to the snapshot.
    location_id
        The place; null where none is known.
    last
        Day on which customers and prospects must be active.

    Returns
    -------
    dict or None
        building_id, stand, name, building_use, residence_type, residence_from, units, units_from, levels and
        built_year as in `enrich.building`; customers, prospects, and change (customers now less those `MONTHS` before).
        Null where the place lies in no building.
    """
    values = {"location_id": location_id, "last": last, "months": MONTHS}
    rows = con.execute(_HOME, values).to_arrow_table().to_pylist()
    return rows[0] if rows else None
