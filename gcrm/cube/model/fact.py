"""The facts that measures are taken from: their columns, and what they can be grouped by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Join by which a fact `f` reaches the regions of today and the cells of its place.
PATH = "LEFT JOIN cube.location_path AS p ON p.location_id = f.location_id"
#: Join by which a fact reaches what stands beside it -> its SQL; `f` is the fact.
JOINS = {
    "place": "LEFT JOIN warehouse.dim_location AS l ON l.location_id = f.location_id",
    "product": "LEFT JOIN warehouse.dim_product AS d ON d.product_key = f.product_key",
}


@dataclass(frozen=True)
class Attribute:
    """Where a fact has the member of an attribute.

    Attributes
    ----------
    column
        SQL over `f`, the fact, and the join's alias.
    join
        Key of `JOINS`; empty where the fact itself has it.
    """

    column: str
    join: str = ""


@dataclass(frozen=True)
class Fact:
    """A table that measures are taken from.

    Attributes
    ----------
    table
        Its name, with the catalog.
    columns
        Columns that a measure's expressions may read -> their kind: `number`, `text`, `day` or `key`.
    attributes
        Attribute dimensions it can be grouped by.
    day
        Day of the event, as SQL over `f`; empty for a stock, which is counted by `since` and `until` at a period's end.
    observed
        True where what has no row, or no figure in it, is unknown: a sum of which a part is unknown is unknown, too.
    """

    table: str
    columns: Mapping[str, str]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    day: str = ""
    observed: bool = False


_OWN = {"segment": Attribute("f.segment"), "owner": Attribute("f.owner_id")}
_NEAR = ("residence_type", "residence_word", "building_use", "road_access", "drive_to_store")
_PLACE = {name: Attribute(f"l.{name}", "place") for name in _NEAR}
_PARTY = {"since": "day", "until": "day", "segment": "text"}
_ORDER = {"order_id": "key", "customer_key": "key", "ordered_on": "day", "segment": "text", "amount": "number"}
_SOLD = {"store": Attribute("f.store_id"), "channel": Attribute("f.channel")}
_PRODUCT = {
    "department": Attribute("f.department"),
    "category": Attribute("d.category", "product"),
    "product": Attribute("d.product_id", "product"),
}
#: Hours sort as text.
_HOUR = {"hour": Attribute("lpad(f.hour::VARCHAR, 2, '0')")}

FACTS: dict[str, Fact] = {
    "customer": Fact("warehouse.dim_customer", {"customer_key": "key", **_PARTY}, {**_OWN, **_PLACE}),
    "prospect": Fact("warehouse.dim_prospect", {"prospect_key": "key", "status": "text", **_PARTY}, {**_OWN, **_PLACE}),
    "order": Fact(
        "warehouse.fact_order",
        {**_ORDER, "store_id": "text", "channel": "text"},
        {**_OWN, **_PLACE, **_SOLD},
        "f.ordered_on",
    ),
    "order_line": Fact(
        "warehouse.fact_order_line",
        {**_ORDER, "quantity": "number", "department": "text", "store_id": "text", "channel": "text"},
        {**_OWN, **_PLACE, **_SOLD, **_PRODUCT},
        "f.ordered_on",
    ),
    "interaction": Fact(
        "warehouse.fact_interaction",
        {"interaction_id": "key", "customer_key": "key", "prospect_key": "key", "channel": "text", "kind": "text"},
        {"owner": _OWN["owner"], "channel": _SOLD["channel"], **_PLACE},
        "f.occurred_at::DATE",
    ),
    "presence": Fact(
        "warehouse.fact_presence",
        {"measure": "text", "persons": "number", "slot": "key", "hour": "number", "iso_weekday": "number"},
        {name: Attribute(f"f.{name}") for name in ("day_type", "age", "sex", "visitor")} | _HOUR,
        observed=True,
    ),
    "trip_end": Fact(
        "warehouse.fact_trip_end",
        {"direction": "text", "trips": "number", "hour": "number", "mode": "text"},
        {name: Attribute(f"f.{name}") for name in ("day_type", "mode")} | _HOUR,
        observed=True,
    ),
}
#: Facts that can answer for another where a question names an attribute which only they know.
FINER = {"order": "order_line"}
