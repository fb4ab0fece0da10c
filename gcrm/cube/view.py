"""Views for analysts: the star with the names of its regions, products and stores, so that nothing has to be joined.

A view holds no rows of its own; it is worked out from the stages of the snapshot that is open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.warehouse.dictionary import COMMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

quote = sql.identifier


@dataclass(frozen=True)
class _View:
    """One view.

    Attributes
    ----------
    grain
        "One row per ...".
    source
        Tables, `x` being the one that has the place.
    columns
        Column -> the expression it is taken from.
    meanings
        Column -> meaning, where it is not the one that the word has everywhere.
    sums
        Column -> sum over all rows that are alike in the others; none where a row stays a row.
    """

    grain: str
    source: str
    columns: Mapping[str, str]
    meanings: Mapping[str, str] = field(default_factory=dict)
    sums: Mapping[str, str] = field(default_factory=dict)


def _own(alias: str, *names: str) -> dict[str, str]:
    return {name: f"{alias}.{name}" for name in names}


_PLACE = _own("l", "address", "postcode", "city", "lon", "lat", "match_level", "error_m") | _own(
    "l", *("residence_type", "building_use", "road_access", "drive_min_store", "drive_to_store", "drive_basis")
)
_CUSTOMER = {"customer_id": "c.customer_id", "customer_name": "c.name"}
_STORE = {"store_id": "x.store_id", "store_name": "s.name"}
_ORDERED = (
    "warehouse.fact_order AS x LEFT JOIN warehouse.dim_customer AS c ON c.customer_key = x.customer_key"
    " LEFT JOIN warehouse.dim_store AS s ON s.store_id = x.store_id"
)
_NAMES = {
    "customer_name": "Name of the customer; null where the source gives none.",
    "store_name": "Name of the store; null where the source gives none.",
    "product_name": "Name of the product; null where the source gives none.",
}
_MONTH = "Month of the order, such as 2017-03."
_VIEWS = {
    "customer_by_place": _View(
        "One row per customer, with address, regions of today and cells. A view: it holds no rows of its own.",
        "warehouse.dim_customer AS x",
        {**_own("x", "customer_id", "name", "segment", "owner_id", "since", "until"), **_PLACE},
    ),
    "prospect_by_place": _View(
        "One row per prospect, with address, regions of today and cells. A view: it holds no rows of its own.",
        "warehouse.dim_prospect AS x",
        {**_own("x", "prospect_id", "name", "segment", "owner_id", "status", "since", "until"), **_PLACE},
    ),
    "order_by_place": _View(
        "One row per order, with customer, store, and the regions of today of the place at the time. A view.",
        _ORDERED,
        {
            **_own("x", "order_id", "ordered_on"),
            "month": "strftime(x.ordered_on, '%Y-%m')",
            **_CUSTOMER,
            **_own("x", "segment", "owner_id"),
            **_STORE,
            **_own("x", "channel", "amount"),
        },
        {**_NAMES, "month": _MONTH},
    ),
    "order_line_by_place": _View(
        "One row per order line, with product, customer, and the regions of today of the place at the time. A view.",
        (
            "warehouse.fact_order_line AS x LEFT JOIN warehouse.dim_customer AS c ON c.customer_key = x.customer_key"
            " LEFT JOIN warehouse.dim_product AS p ON p.product_key = x.product_key"
            " LEFT JOIN warehouse.dim_store AS s ON s.store_id = x.store_id"
        ),
        {
            **_own("x", "order_id", "line_no", "ordered_on"),
            "month": "strftime(x.ordered_on, '%Y-%m')",
            "product_id": "p.product_id",
            "product_name": "p.name",
            "category": "p.category",
            "department": "x.department",
            **_CUSTOMER,
            **_own("x", "segment", "owner_id"),
            **_STORE,
            **_own("x", "channel", "quantity", "amount"),
        },
        {**_NAMES, "month": _MONTH},
    ),
    "order_by_month": _View(
        "One row per month and smallest regions of today: orders and revenue, which add up over rows. A view. Buyers"
        " do not add up: ask the cube for them.",
        "warehouse.fact_order AS x",
        {"month": "strftime(x.ordered_on, '%Y-%m')"},
        {
            "month": _MONTH,
            "orders": "Orders.",
            "revenue": "Sum of the amounts of orders; unknown amounts count nothing.",
        },
        {"orders": "count(*)", "revenue": "sum(x.amount)::DECIMAL(18, 2)"},
    ),
}


def write_views(con: duckdb.DuckDBPyConnection, levels: Sequence[str], cells: Sequence[str]) -> None:
    """Make the views of a project, with a column per level, its name, and a column per cell resolution.

    Parameters
    ----------
    con
        Connection with the warehouse attached, and `cube` attached for writing; its paths are there.
    levels, cells
        Names of the levels that do not overlap, and of the cells.
    """
    statements: list[str] = []
    for name, view in _VIEWS.items():
        columns, meanings = _columns(view, levels, () if view.sums else cells)
        picks = [f"{text} AS {quote(column)}" for column, text in {**columns, **view.sums}.items()]
        joins = "".join(
            f" LEFT JOIN cube.current_region AS r{i} ON r{i}.region_key = t.{quote(level)}"
            for i, level in enumerate(levels)
        )
        groups = " GROUP BY ALL" if view.sums else ""
        statements.append(
            f"CREATE VIEW cube.{name} AS SELECT {', '.join(picks)} FROM {view.source}"
            " LEFT JOIN warehouse.dim_location AS l ON l.location_id = x.location_id"
            f" LEFT JOIN cube.location_path AS t ON t.location_id = x.location_id{joins}{groups}"
        )
        statements += sql.comments(f"cube.{name}", view.grain, meanings, kind="VIEW")
    sql.together(con, statements)


def _columns(view: _View, levels: Sequence[str], cells: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the columns of a view, and what they mean; a level or cell wins over a column that is called like it."""
    places: dict[str, str] = {}
    said: dict[str, str] = {}
    for i, level in enumerate(levels):
        places |= {level: f"r{i}.region_id", f"{level}_name": f"r{i}.name"}
        said |= {
            level: f"Identifier of the {level} that the place lies in today; null outside every one.",
            f"{level}_name": f"Name of the {level}; null where there is none.",
        }
    for cell in cells:
        places[cell] = f"lower(to_hex(t.{quote(cell)}))"
        said[cell] = "H3 cell that holds the point, in hexadecimal as the cube writes it; null where there is none."
    own = {name: text for name, text in view.columns.items() if name not in places}
    meanings = {name: view.meanings.get(name) or COMMENTS[name] for name in (*own, *view.sums)}
    return {**own, **places}, meanings | said
