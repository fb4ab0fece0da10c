"""Prospects, campaigns and contact history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from chance import stream
from places import INCOME_COLUMNS

if TYPE_CHECKING:
    from wheels import Wheels

PROSPECTS = 5800
#: Share of the customers who joined after January that were prospects before.
WON_SHARE = 0.6
SEGMENTS = ("family", "senior", "couple", "single")
_START, _END = pd.Timestamp("2016-07-01"), pd.Timestamp("2018-01-01")


def prospect_zones(statistic: pd.DataFrame, reach: np.ndarray) -> np.ndarray:
    """Draw the zone of every open or lost prospect: households, more where incomes are higher and no store is near.

    Parameters
    ----------
    statistic
        Statistics of the zones.
    reach
        Strongest pull of any store on every zone, 0 to 1.
    """
    rng = stream("zones of prospects")
    classes = statistic[list(INCOME_COLUMNS)].to_numpy()
    wealthy = classes[:, 2:].sum(axis=1) / classes.sum(axis=1)
    luck = rng.lognormal(0, 0.3, len(statistic))
    weight = statistic["TOTHH"].to_numpy() * (0.1 + wealthy) * (1.25 - reach) * luck
    return rng.choice(len(statistic), size=PROSPECTS, p=weight / weight.sum())


def open_prospects() -> pd.DataFrame:
    """List the open and lost prospects: segment, since, until, status, customer_id (null)."""
    rng = stream("prospects")
    since = _START + pd.to_timedelta(rng.integers(0, (_END - _START).days - 30, PROSPECTS), unit="D")
    lost = rng.random(PROSPECTS) < 0.18
    until = since + pd.to_timedelta(rng.integers(14, 240, PROSPECTS), unit="D")
    lost &= until < _END
    return pd.DataFrame(
        {
            "segment": np.where(rng.random(PROSPECTS) < 0.7, rng.choice(SEGMENTS, PROSPECTS), None),
            "since": since,
            "until": pd.Series(until).where(lost),
            "status": np.where(lost, "lost", "open"),
            "customer_id": pd.Series([None] * PROSPECTS, dtype=object),
        }
    )


def won_prospects(customer: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """List the prospects that became customers, and their row numbers among the customers."""
    rng = stream("won prospects")
    later = (customer["first"] >= pd.Timestamp("2017-02-01")).to_numpy()
    rows = np.flatnonzero(later & (rng.random(len(customer)) < WON_SHARE))
    mine = customer.iloc[rows].reset_index(drop=True)
    frame = pd.DataFrame(
        {
            "segment": mine["segment"],
            "since": mine["first"] - pd.to_timedelta(rng.integers(10, 180, len(mine)), unit="D"),
            "until": mine["first"],
            "status": "won",
            "customer_id": mine["household_id"].astype(str),
        }
    )
    return frame, rows


def campaigns(wheels: Wheels) -> pd.DataFrame:
    """List the sends and redemptions of the campaigns, one row per contact.

    The source knows the day of a redemption, and the first day of a campaign, which is taken as the day of sending;
    the time of day is invented.
    """
    rng = stream("campaigns")
    about = pd.read_parquet(wheels.open("campaign_descriptions")).set_index("campaign_id")
    sent = pd.read_parquet(wheels.open("campaigns")).sort_values(["campaign_id", "household_id"], kind="stable")
    day = sent["campaign_id"].map(about["start_date"])
    sends = _contacts(sent, day + pd.Timedelta(hours=9), "mail", "campaign_sent", "sent")
    used = pd.read_parquet(wheels.open("redemptions"))
    used = used.sort_values(["redemption_date", "household_id", "coupon_upc", "campaign_id"], kind="stable")
    minute = pd.to_timedelta(rng.integers(8 * 60, 21 * 60, len(used)), unit="m")
    uses = _contacts(used, used["redemption_date"] + minute, "store", "coupon_redeemed", "redeemed")
    frame = pd.concat([sends, uses], ignore_index=True)
    frame.insert(0, "interaction_id", [f"C{i:05d}" for i in range(1, len(frame) + 1)])
    return frame


def _contacts(rows: pd.DataFrame, at: pd.Series, channel: str, kind: str, outcome: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": rows["household_id"].astype(str),
            "occurred_at": at,
            "channel": channel,
            "kind": kind,
            "campaign_id": rows["campaign_id"].astype(str),
            "outcome": outcome,
        }
    )


def history(customer: pd.DataFrame, prospect: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Invent the contact history: calls, visits and complaints; a dozen rows are broken on purpose.

    Returns
    -------
    tuple
        interaction_id, customer_id, prospect_id, occurred_at (text, month first), channel, kind, outcome, and the
        number of broken rows by reason.
    """
    rng = stream("history")
    about_customer = _calls(customer["household_id"].astype(str), customer["first"], customer["lapsed_on"], 0.9, rng)
    about_prospect = _calls(prospect["prospect_id"], prospect["since"], prospect["until"], 0.45, rng)
    frame = pd.concat(
        [
            about_customer.rename(columns={"who": "customer_id"}).assign(prospect_id=None),
            about_prospect.rename(columns={"who": "prospect_id"}).assign(customer_id=None),
        ],
        ignore_index=True,
    ).sort_values(["at", "customer_id", "prospect_id"], kind="stable", ignore_index=True)
    frame.insert(0, "interaction_id", [f"H{i:05d}" for i in range(1, len(frame) + 1)])
    frame["occurred_at"] = frame["at"].dt.strftime("%m/%d/%Y %H:%M")
    columns = ["interaction_id", "customer_id", "prospect_id", "occurred_at", "channel", "kind", "outcome"]
    return _break(frame[columns], rng)


def _calls(who: pd.Series, start: pd.Series, stop: pd.Series, mean: float, rng: np.random.Generator) -> pd.DataFrame:
    """Draw contacts between `start` and `stop`, `mean` per record."""
    count = rng.poisson(mean, len(who))
    begin = start.clip(lower=pd.Timestamp("2017-01-02")).repeat(count).reset_index(drop=True)
    end = stop.fillna(_END).repeat(count).reset_index(drop=True)
    room = (end - begin).dt.days.clip(lower=1).to_numpy()
    day = begin + pd.to_timedelta(np.floor(rng.random(len(begin)) * room), unit="D")
    at = day + pd.to_timedelta(rng.integers(9 * 60, 18 * 60, len(day)), unit="m")
    kind = rng.choice(["call", "visit", "complaint"], size=len(day), p=[0.62, 0.3, 0.08])
    outcome = np.where(
        kind == "complaint",
        rng.choice(["settled", "open"], len(day), p=[0.85, 0.15]),
        rng.choice(["reached", "not_reached", "call_again", "offer_made"], len(day), p=[0.4, 0.3, 0.2, 0.1]),
    )
    channel = np.where(kind == "visit", "visit", rng.choice(["phone", "web"], len(day), p=[0.8, 0.2]))
    return pd.DataFrame(
        {
            "who": who.repeat(count).to_numpy(),
            "at": at,
            "channel": channel,
            "kind": kind,
            "outcome": outcome,
        }
    )


def _break(frame: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, dict[str, int]]:
    """Break a few rows the way that real exports are broken; every broken row is an extra one."""
    picked = frame.loc[np.sort(rng.choice(len(frame), 12, replace=False))].reset_index(drop=True)
    picked.loc[:4, "interaction_id"] = [f"X{i}" for i in range(1, 6)]
    picked.loc[:4, "occurred_at"] = ["31/12/2017 10:00", "02/30/2017 09:15", "soon", "2017", "13/01/2017 11:30"]
    picked.loc[5:7, "interaction_id"] = None
    # The last four rows are exact repetitions of rows further up.
    return pd.concat([frame, picked], ignore_index=True), {"bad_date": 5, "missing_value": 3, "duplicate_key": 4}
