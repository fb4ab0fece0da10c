"""The questions of the cube in the words of boring-semantic-layer, run by the Python of its own environment.

Its models join the star as its guide has it: facts with places and products to one. What is asked of a fact alone is
asked of a model without joins, which is the faster way. A total is a query of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
from boring_semantic_layer import to_semantic_table
from cube_words import PERIODS, PLACES, PRODUCTS, Wanted, finished, run, wanted

if TYPE_CHECKING:
    from collections.abc import Callable

_PLACE = (*PLACES, "lon", "lat")
_EVENT = ("year", "quarter", "month", "segment", "owner", "store", "channel", "ordered_on")
Models = dict[tuple[str, ...], Any]


def load(folder: Path) -> Models:
    """Make the tables, and a model for each set of tables that is joined."""
    con = ibis.duckdb.connect(str(folder / "bsl.duckdb"))
    tables = {}
    for name in ("place", "product", "customer", "order", "line"):
        con.raw_sql(f"CREATE TABLE {name}s AS FROM '{folder / name}.parquet'")
        tables[name] = con.table(f"{name}s")
    place = to_semantic_table(tables["place"], name="place").with_dimensions(**_columns(_PLACE))
    product = to_semantic_table(tables["product"], name="product").with_dimensions(**_columns(PRODUCTS[1:]))
    order = to_semantic_table(tables["order"], name="order").with_dimensions(**_columns(_EVENT))
    order = order.with_measures(**_measures(), median_order=lambda t: t.amount.median())
    line = to_semantic_table(tables["line"], name="line").with_dimensions(**_columns((*_EVENT, "department")))
    line = line.with_measures(**_measures(), units_sold=lambda t: t.quantity.sum())
    customer = to_semantic_table(tables["customer"], name="customer")
    customer = customer.with_dimensions(**_columns(("segment", "owner", "since", "until")))
    customer = customer.with_measures(customers=lambda t: t.count())
    models: Models = {("order",): order, ("line",): line, ("customer",): customer}
    for name in ("order", "line", "customer"):
        models[name, "place"] = models[name,].join_one(place, on="location_id")
    models["line", "product"] = line.join_one(product, on="product_key")
    models["line", "place", "product"] = models["line", "place"].join_one(product, on="product_key")
    return models


def _columns(names: tuple[str, ...]) -> dict[str, Callable[[Any], Any]]:
    return {name: lambda t, name=name: t[name] for name in names}


def _measures() -> dict[str, Callable[[Any], Any]]:
    return {
        "revenue": lambda t: t.amount.sum(),
        "orders": lambda t: t.order_no.nunique(),
        "buyers": lambda t: t.customer_key.nunique(),
        "average_order": lambda t: t.revenue / t.orders,
        "buyer_revenue": lambda t: t.revenue / t.buyers,
    }


def ask(models: Models, words: dict[str, Any]) -> Any:
    """Answer a question; null where it has no words here: a stock is counted on one day only."""
    want = wanted(words)
    if want is None or (want.table == "customer" and any(d in PERIODS for d in want.by)):
        return None
    beside = ["place"] * (bool(want.box) or any(d in PLACES for d in want.named))
    beside += ["product"] * any(d in PRODUCTS[1:] for d in want.named)
    model = models[want.table, *beside]
    measures = (*model.get_measures(), *model.get_calculated_measures())
    full = {name.rpartition(".")[2]: name for name in (*model.get_dimensions(), *measures)}
    filters = _filters(want, full)
    if want.top:
        filters.append({"field": full[want.by[0]], "operator": "is not null"})
    top = _top(want, full)
    measures = dict.fromkeys([*(full[p] for p in want.parts), *(name for name, _ in top.get("order_by", [])[:1])])
    asked = [
        model.query(dimensions=[full[d] for d in kept], measures=list(measures), filters=filters, **top)
        for kept, _ in want.sets
    ]
    return want, [query.execute() for query in asked]


def rows(answer: tuple[Wanted, list[Any]]) -> list[list[Any]]:
    """Return the rows of an answer."""
    want, frames = answer
    found = []
    for (kept, grouping), frame in zip(want.sets, frames, strict=True):
        named = frame.rename(columns=lambda name: name.rpartition(".")[2])
        plain = named.astype(object).where(named.notna(), None)
        found += finished(want, kept, grouping, plain.to_dict("records"))
    return found


def _filters(want: Wanted, full: dict[str, str]) -> list[Any]:
    """Write the filters in its words."""
    found: list[Any] = [{"field": full[n], "operator": "in", "values": m} for n, m in want.where.items()]
    if want.table == "customer":
        found.append({"field": full["since"], "operator": "<=", "value": str(want.last)})
        found.append(
            {
                "operator": "OR",
                "conditions": [
                    {"field": full["until"], "operator": "is null"},
                    {"field": full["until"], "operator": ">", "value": str(want.last)},
                ],
            }
        )
    else:
        found.append({"field": full["ordered_on"], "operator": ">=", "value": str(want.first)})
        found.append({"field": full["ordered_on"], "operator": "<=", "value": str(want.last)})
    if want.box:
        west, south, east, north = want.box
        for name, least, most in (("lon", west, east), ("lat", south, north)):
            found.append({"field": full[name], "operator": ">=", "value": least})
            found.append({"field": full[name], "operator": "<=", "value": most})
    return found


def _top(want: Wanted, full: dict[str, str]) -> dict[str, Any]:
    """Ask for the members with the largest figures; of equal ones those that come first by name."""
    if not want.top:
        return {}
    first = {"revenue / buyers": "buyer_revenue"}.get(want.measures[0], want.measures[0])
    return {"order_by": [(full[first], "desc"), (full[want.by[0]], "asc")], "limit": want.top}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    held = load(folder)
    run(folder, "bsl", lambda words: ask(held, words), rows)
