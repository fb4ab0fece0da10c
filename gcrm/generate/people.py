"""Invented customers, prospects and contacts, a chunk at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gcrm.generate import calendar, words
from gcrm.generate.frame import NULL, Frame
from gcrm.generate.spoil import Flaw

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

SEGMENTS = pa.array(["family", "couple", "single", "senior"])
NAMES = pa.array([f"{first} {last}" for first in words.FIRST for last in words.family_names()])
_STATUS = pa.array(["open", "lost"])
_CHANNELS = pa.array(["phone", "mail", "visit", "web"])
_KINDS = pa.array(["call", "campaign_sent", "visit", "complaint"])
_OUTCOMES = pa.array(["reached", "not_reached", "offer_made"])

#: How bad rows of customers are bad; rows with points can also lie outside the globe.
FLAWS = (
    Flaw("missing_value", "customer_id", (NULL,)),
    Flaw("bad_date", "since", calendar.BAD_DAYS),
    Flaw("duplicate_key", "customer_id"),
)
POINT_FLAWS = (*FLAWS, Flaw("out_of_range", "lat", (123.4, -90.5)))


def customers(start: int, stop: int, district: Ints, owners: pa.Array, rng: np.random.Generator) -> Frame:
    """Invent customers, without their places.

    Segment: 20 % null. Sales person: the one of the district, 2 % null. Since: any day of the four years, null for
    5 %. Until: null for 92 %.

    Parameters
    ----------
    start, stop
        First number less 1, and last number.
    district
        Code of the district, one per customer.
    owners
        Identifier of the sales person of every district.
    rng
        Random numbers.

    Returns
    -------
    Frame
        One row per customer.
    """
    count = stop - start
    since = rng.integers(0, calendar.DAYS, count)
    until = since + rng.integers(30, 900, count)
    over = (rng.random(count) < 0.08) & (until < calendar.DAYS)
    return Frame(
        {
            "customer_id": np.arange(start + 1, stop + 1),
            "name": rng.integers(len(NAMES), size=count),
            "segment": _some(rng.integers(len(SEGMENTS), size=count), 0.8, rng),
            "owner_id": _some(district, 0.98, rng),
            "since": _some(since, 0.95, rng),
            "until": np.where(over, until, NULL),
        },
        {
            "name": NAMES,
            "segment": SEGMENTS,
            "owner_id": owners,
            "since": calendar.WORDS,
            "until": calendar.WORDS,
        },
    )


def prospects(start: int, stop: int, district: Ints, owners: pa.Array, rng: np.random.Generator) -> Frame:
    """Invent prospects, without their places; nearly a quarter of them were lost, the others are open.

    Parameters
    ----------
    start, stop
        First number less 1, and last number.
    district
        Code of the district, one per prospect.
    owners
        Identifier of the sales person of every district.
    rng
        Random numbers.

    Returns
    -------
    Frame
        One row per prospect.
    """
    count = stop - start
    since = rng.integers(0, calendar.DAYS, count)
    until = since + rng.integers(14, 400, count)
    lost = (rng.random(count) < 0.25) & (until < calendar.DAYS)
    return Frame(
        {
            "prospect_id": np.arange(start + 1, stop + 1),
            "name": rng.integers(len(NAMES), size=count),
            "segment": _some(rng.integers(len(SEGMENTS), size=count), 0.7, rng),
            "owner_id": _some(district, 0.95, rng),
            "since": since,
            "until": np.where(lost, until, NULL),
            "status": lost.astype(np.int64),
        },
        {
            "name": NAMES,
            "segment": SEGMENTS,
            "owner_id": owners,
            "since": calendar.WORDS,
            "until": calendar.WORDS,
            "status": _STATUS,
        },
    )


def interactions(start: int, stop: int, who: Ints, rng: np.random.Generator) -> Frame:
    """Invent contacts with customers.

    Parameters
    ----------
    start, stop
        First number less 1, and last number.
    who
        Numbers of the customers to choose from.
    rng
        Random numbers.

    Returns
    -------
    Frame
        One row per contact.
    """
    count = stop - start
    minutes = rng.integers(calendar.FIRST_ORDER_DAY * 1440, calendar.DAYS * 1440, count)
    return Frame(
        {
            "interaction_id": np.arange(start + 1, stop + 1),
            "customer_id": rng.choice(who, count),
            "occurred_at": (calendar.EPOCH.astype("datetime64[m]") + minutes).astype("datetime64[s]"),
            "channel": rng.integers(len(_CHANNELS), size=count),
            "kind": rng.integers(len(_KINDS), size=count),
            "outcome": _some(rng.integers(len(_OUTCOMES), size=count), 0.7, rng),
        },
        {"channel": _CHANNELS, "kind": _KINDS, "outcome": _OUTCOMES},
    )


def _some(values: Ints, share: float, rng: np.random.Generator) -> Ints:
    """Keep a share of the values; the others are null."""
    return np.where(rng.random(len(values)) < share, values, NULL)
