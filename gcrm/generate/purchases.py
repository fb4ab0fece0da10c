"""Invented orders and their lines, a chunk of customers at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gcrm.generate import calendar, words
from gcrm.generate.frame import NULL, Frame
from gcrm.generate.spoil import Flaw

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_CHANNELS = pa.array(["store", "web", "phone"])
_DEPARTMENTS = ("Grocery", "Produce", "Bakery", "Dairy", "Household", "Garden", "Toys", "Paper")
PRODUCTS = 120

FLAWS = (
    Flaw("missing_value", "customer_id", (NULL,)),
    Flaw("bad_date", "ordered_on", calendar.BAD_DAYS),
    Flaw("duplicate_key", "order_id"),
)


@dataclass(frozen=True)
class Purchases:
    """The orders of a chunk of customers.

    Attributes
    ----------
    orders, lines
        One row per order; one row per order and line.
    buyer
        Row of the customer within the chunk, one per order.
    """

    orders: Frame
    lines: Frame
    buyer: Ints


def products() -> pa.Table:
    """List the products, one row each."""
    number = np.arange(PRODUCTS)
    names = words.family_names()
    department = [_DEPARTMENTS[n % len(_DEPARTMENTS)] for n in number]
    return pa.table(
        {
            "product_id": number + 1,
            "name": [names[n * 7] for n in number],
            "category": [f"{d} {1 + n // len(_DEPARTMENTS) % 3}" for n, d in zip(number, department, strict=True)],
            "department": department,
        }
    )


def purchases(
    customers: Frame, store: Ints, stores: pa.Array, each: float, first_order: int, rng: np.random.Generator
) -> Purchases:
    """Invent the orders of some customers: `each` on average, one to three lines per order.

    Nobody orders before becoming a customer or after ceasing to be one.

    Parameters
    ----------
    customers
        Good rows of customers.
    store
        Code of the customer's store, one per customer.
    stores
        Identifiers of the stores.
    each
        Orders per customer, on average over those who are customers in both years with orders.
    first_order
        Number of the first order.
    rng
        Random numbers.

    Returns
    -------
    Purchases
        The orders, and the lines that make up their amounts.
    """
    begin = np.maximum(customers.columns["since"], calendar.FIRST_ORDER_DAY)
    until = customers.columns["until"]
    room = np.maximum(np.where(until == NULL, calendar.DAYS, until) - begin, 0)
    window = calendar.DAYS - calendar.FIRST_ORDER_DAY
    buyer = np.repeat(np.arange(len(customers)), rng.poisson(each * room / window))
    count = len(buyer)
    order_id = np.arange(first_order, first_order + count)
    lines = _lines(order_id, rng)
    amount = np.bincount(lines.columns["order_id"] - first_order, lines.columns["amount"], count).astype(np.int64)
    channel = rng.choice(len(_CHANNELS), count, p=[0.8, 0.15, 0.05])
    orders = Frame(
        {
            "order_id": order_id,
            "customer_id": customers.columns["customer_id"][buyer],
            "ordered_on": begin[buyer] + (rng.random(count) * room[buyer]).astype(np.int64),
            "store_id": np.where(channel == 0, store[buyer], NULL),
            "channel": channel,
            "amount": amount,
        },
        {"ordered_on": calendar.WORDS, "store_id": stores, "channel": _CHANNELS},
        ("amount",),
    )
    return Purchases(orders, lines, buyer)


def _lines(order_id: Ints, rng: np.random.Generator) -> Frame:
    """Invent one to three lines per order, with prices from 0.99 to 39.99."""
    per_order = rng.integers(1, 4, len(order_id))
    owner = np.repeat(order_id, per_order)
    first = np.repeat(np.cumsum(per_order) - per_order, per_order)
    quantity = rng.integers(1, 5, len(owner))
    return Frame(
        {
            "order_id": owner,
            "line_no": np.arange(len(owner)) - first + 1,
            "product_id": rng.integers(1, PRODUCTS + 1, len(owner)),
            "quantity": quantity,
            "amount": quantity * rng.integers(99, 4000, len(owner)),
        },
        money=("amount",),
    )
