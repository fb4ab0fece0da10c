"""The card of one customer or prospect: who they are, what they bought, when we spoke, and what surrounds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm.cube.home import home
from gcrm.cube.records import choose
from gcrm.errors import QueryError

if TYPE_CHECKING:
    import pyarrow as pa

    from gcrm.access.scope import Scope
    from gcrm.warehouse.reader import Reader

#: Orders and interactions on a card, the latest first; stores, the nearest first.
_LATEST, _NEAREST = 50, 3
#: How far "around" reaches, in metres.
AROUND_M = (0, 250, 1000)
#: Great-circle distance in metres between `l` and ($lon, $lat), on a sphere of the Earth's mean radius (haversine).
_DISTANCE = """2 * 6371008.8 * asin(least(1, sqrt(pow(sin(radians(l.lat - $lat) / 2), 2)
    + cos(radians($lat)) * cos(radians(l.lat)) * pow(sin(radians(l.lon - $lon) / 2), 2))))"""


@dataclass(frozen=True)
class Card:
    """Everything a snapshot knows about one customer or prospect.

    Attributes
    ----------
    kind, id
        `customers` or `prospects`, and the company's own identifier.
    record
        The record with its owner and its place: name, segment, owner_id, owner, team, since, until, status (prospects),
        location_id, address, postcode, city, lon, lat, match_level, error_m, precision, residence_type, units,
        built_year, road_access, drive_min_store (minutes by car to the nearest store in free flow), drive_basis
        (roads, or estimate); null where not known.
    regions
        One row per region that holds the place today: hierarchy, level, depth, region_id, name.
    orders
        One row per order, the latest 50: order_id, ordered_on, store, channel, amount.
    history
        One row per month with orders: month (first day), orders, amount.
    contacts
        One row per way to reach them: contact_id, name, role, email, phone.
    interactions
        One row per contact, the latest 50: interaction_id, occurred_at, kind, channel, campaign_id, outcome.
    consents
        One row per consent given or withdrawn, the latest first: channel, purpose, granted, given_on, evidence, source.
    around
        One row per distance: metres (0 is the same place), customers and prospects that are active on the data's
        last day and known to the address, the one of the card among them. Empty where the place is not known.
    stores
        One row per store, the nearest three: store_id, name, metres (as the crow flies).
    home
        The building of the place, and how many of its units are customers, as `gcrm.cube.home` tells it; null where the
        place lies in none.
    """

    kind: str
    id: str
    record: dict[str, Any]
    regions: pa.Table
    orders: pa.Table
    history: pa.Table
    contacts: pa.Table
    interactions: pa.Table
    consents: pa.Table
    around: pa.Table
    stores: pa.Table
    home: dict[str, Any] | None


def card(reader: Reader, *, scope: Scope, kind: str, id: str) -> Card:  # noqa: A002 - the word of every table here
    """Put together the card of a customer or prospect, active or not.

    Parameters
    ----------
    reader
        The snapshot.
    scope
        Who asks; it needs record rights.
    kind
        `customers` or `prospects`.
    id
        The company's own identifier.

    Returns
    -------
    Card
        What the snapshot knows.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If there is no such record among the regions of the scope.
    """
    chosen = choose(reader, scope=scope, kind=kind, active=False)
    con = chosen.con
    key = "customer_key" if kind == "customers" else "prospect_key"
    status = "f.status" if kind == "prospects" else "NULL::VARCHAR"
    text = f"""
        SELECT f.{key} AS key, f.name, f.segment, f.owner_id, o.name AS owner, o.team, f.since, f.until,
            {status} AS status, f.location_id,
            coalesce(l.address, nullif(concat_ws(' ', l.house_number, l.street), '')) AS address, l.postcode, l.city,
            l.lon, l.lat, l.match_level, l.error_m, l.precision, l.residence_type, l.units, l.built_year,
            l.road_access, l.drive_min_store, l.drive_basis
        FROM {chosen.source}
        LEFT JOIN warehouse.dim_owner AS o ON o.owner_id = f.owner_id
        WHERE f.{chosen.key} = $id AND {chosen.condition}
    """
    rows = con.execute(text, {**chosen.values, "id": id}).to_arrow_table().to_pylist()
    if not rows:
        msg = f"There is no {kind.removesuffix('s')} with this identifier in the published data you may see."
        raise QueryError(msg)
    record = rows[0]
    own = {"key": record.pop("key")}
    place = {"lon": record["lon"], "lat": record["lat"], "last": chosen.days.last}

    def table(sql: str, values: dict[str, Any]) -> pa.Table:
        return con.execute(sql, values).to_arrow_table()

    ordered = "o.customer_key = $key" if kind == "customers" else "FALSE AND o.customer_key = $key"
    return Card(
        kind,
        id,
        record,
        table(_REGIONS, {"location_id": record["location_id"]}),
        table(_ORDERS.format(ordered=ordered), own),
        table(_HISTORY.format(ordered=ordered), own),
        table(_CONTACTS.format(key=key), own),
        table(_INTERACTIONS.format(key=key), own),
        table(_CONSENTS.format(key=key), own),
        table(_AROUND, {**place, "metres": list(AROUND_M), "location_id": record["location_id"]}),
        table(_STORES, place),
        home(con, record["location_id"], chosen.days.last),
    )


_REGIONS = """
    SELECT c.hierarchy, c.level, c.depth, c.region_id, c.name
    FROM warehouse.bridge_location_region AS b
    INNER JOIN cube.current_region AS c ON c.region_key = b.region_key
    WHERE b.location_id = $location_id
    ORDER BY c.layer_id, c.region_id
"""
_ORDERS = f"""
    SELECT o.order_id, o.ordered_on, coalesce(s.name, o.store_id) AS store, o.channel, o.amount
    FROM warehouse.fact_order AS o
    LEFT JOIN warehouse.dim_store AS s ON s.store_id = o.store_id
    WHERE {{ordered}}
    ORDER BY o.ordered_on DESC, o.order_id DESC
    LIMIT {_LATEST}
"""
_HISTORY = """
    SELECT date_trunc('month', o.ordered_on)::DATE AS month, count(*) AS orders, sum(o.amount)::DECIMAL(18, 2) AS amount
    FROM warehouse.fact_order AS o
    WHERE {ordered}
    GROUP BY ALL
    ORDER BY month
"""
_CONTACTS = """
    SELECT contact_id, name, role, email, phone FROM warehouse.dim_contact WHERE {key} = $key ORDER BY contact_id
"""
_CONSENTS = """
    SELECT channel, purpose, granted, given_on, evidence, source
    FROM warehouse.fact_consent
    WHERE {key} = $key
    ORDER BY given_on DESC, channel, purpose, source
"""
_INTERACTIONS = f"""
    SELECT i.interaction_id, i.occurred_at, i.kind, i.channel, i.campaign_id, i.outcome
    FROM warehouse.fact_interaction AS i
    WHERE i.{{key}} = $key
    ORDER BY i.occurred_at DESC, i.interaction_id DESC
    LIMIT {_LATEST}
"""
# A degree of latitude is never shorter than 110,500 m, so the band holds everything that the circle does.
_AROUND = f"""
    WITH ring AS (SELECT unnest($metres)::DOUBLE AS metres),
    near AS (
        SELECT l.location_id, CASE WHEN l.location_id = $location_id THEN 0 ELSE {_DISTANCE} END AS metres
        FROM warehouse.dim_location AS l
        WHERE l.lat BETWEEN $lat - list_max($metres) / 110500 AND $lat + list_max($metres) / 110500
            AND l.precision IN ('building', 'near')
    ),
    party AS (
        SELECT location_id, 'customer' AS kind, since, until FROM warehouse.dim_customer
        UNION ALL
        SELECT location_id, 'prospect', since, until FROM warehouse.dim_prospect
    ),
    found AS (
        SELECT n.metres, p.kind
        FROM near AS n INNER JOIN party AS p ON p.location_id = n.location_id
        WHERE n.metres <= list_max($metres)
            AND coalesce(p.since <= $last, TRUE) AND $last < coalesce(p.until, DATE '9999-12-31')
    )
    SELECT r.metres::BIGINT AS metres, count(*) FILTER (f.kind = 'customer') AS customers,
        count(*) FILTER (f.kind = 'prospect') AS prospects
    FROM ring AS r LEFT JOIN found AS f ON f.metres <= r.metres
    WHERE $lon IS NOT NULL
    GROUP BY r.metres
    ORDER BY r.metres
"""
_STORES = f"""
    SELECT s.store_id, coalesce(s.name, s.store_id) AS name, {_DISTANCE} AS metres
    FROM warehouse.dim_store AS s
    INNER JOIN warehouse.dim_location AS l ON l.location_id = s.location_id
    WHERE $lon IS NOT NULL AND l.lat IS NOT NULL
        AND coalesce(s.opened_on <= $last, TRUE) AND $last < coalesce(s.closed_on, DATE '9999-12-31')
    ORDER BY metres, s.store_id
    LIMIT {_NEAREST}
"""
