"""The shopping: baskets become orders, their lines are summed up per product category, stores are moved to the city."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from households import metres

if TYPE_CHECKING:
    from wheels import Wheels

#: The package's timestamps are UTC; the shops' clocks showed Eastern time (all of 2017, as in the original data).
SHOP_TIME = "America/New_York"

#: The source's abbreviated departments in words.
_DEPARTMENTS = {
    "CNTRL/STORE SUP": "store supplies",
    "DRUG GM": "drugstore and household",
    "ELECT &PLUMBING": "electrical and plumbing",
    "GM MERCH EXP": "merchandise expenses",
    "MEAT-PCKGD": "packaged meat",
    "PROD-WHS SALES": "warehouse produce",
    "SEAFOOD-PCKGD": "packaged seafood",
}


def baskets(wheels: Wheels) -> pd.DataFrame:
    """List the baskets in order of time: basket_id, household_id, source_store, bought_at (local), day."""
    columns = ["basket_id", "household_id", "store_id", "transaction_timestamp"]
    raw = pd.read_parquet(wheels.open("transactions"), columns=columns).drop_duplicates("basket_id")
    local = raw["transaction_timestamp"].dt.tz_localize("UTC").dt.tz_convert(SHOP_TIME).dt.tz_localize(None)
    frame = pd.DataFrame(
        {
            "basket_id": raw["basket_id"],
            "household_id": raw["household_id"],
            "source_store": raw["store_id"],
            "bought_at": local,
            "day": local.dt.normalize(),
        }
    )
    return frame.sort_values("basket_id", kind="stable").reset_index(drop=True)


def products_and_lines(wheels: Wheels) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sum the lines of every basket up per department and product category.

    Amounts are exact cents. Fuel is counted in thousandths of a gallon at the source, and so are the coupons of the
    same category: quantity is null there.

    Returns
    -------
    tuple
        The products (product_id, name, category, department) and the lines (order_id, line_no, product_id,
        quantity, amount_cents).
    """
    lines = pd.read_parquet(wheels.open("transactions"), columns=["basket_id", "product_id", "quantity", "sales_value"])
    catalogue = pd.read_parquet(wheels.open("products"), columns=["product_id", "department", "product_category"])
    catalogue["department"] = catalogue["department"].astype(object)
    catalogue["product_category"] = catalogue["product_category"].astype(object)
    group = lines.merge(catalogue, how="left", on="product_id")
    group["cents"] = (group["sales_value"] * 100).round().astype("int64")
    for column in ("department", "product_category"):
        group[column] = group[column].fillna("UNKNOWN")
    keys = ["basket_id", "department", "product_category"]
    summed = group.groupby(keys, sort=True)[["quantity", "cents"]].sum().reset_index()
    product = (
        summed[["department", "product_category"]].drop_duplicates().sort_values(["department", "product_category"])
    )
    product["product_id"] = [f"C{i:03d}" for i in range(1, len(product) + 1)]
    summed = summed.merge(product, on=keys[1:]).sort_values(["basket_id", "product_id"])
    no_unit = summed["department"].eq("FUEL") | summed["product_category"].eq("COUPON/MISC ITEMS")
    line = pd.DataFrame(
        {
            "order_id": summed["basket_id"],
            "line_no": summed.groupby("basket_id").cumcount() + 1,
            "product_id": summed["product_id"],
            "quantity": summed["quantity"].astype("Int64").mask(no_unit),
            "amount_cents": summed["cents"],
        }
    ).reset_index(drop=True)
    return _name(product), line


def _name(product: pd.DataFrame) -> pd.DataFrame:
    """Write the names of the products in ordinary case; what the source does not name is null."""
    department = product["department"].replace(_DEPARTMENTS).str.capitalize().where(product["department"] != "UNKNOWN")
    category = product["product_category"].str.capitalize().where(product["product_category"] != "UNKNOWN")
    return pd.DataFrame(
        {
            "product_id": product["product_id"],
            "name": category.fillna(department).fillna("Unknown"),
            "category": category,
            "department": department,
        }
    ).reset_index(drop=True)


def orders(basket: pd.DataFrame, cents: pd.Series, customer: pd.DataFrame, store: pd.DataFrame) -> pd.DataFrame:
    """Move every basket to a store of the city, or to a channel without one.

    A household's favourite store of the source becomes the open store nearest to its address, the second favourite
    the second nearest, the third the third nearest. The fourth to seventh become the web, the rest the phone.

    Parameters
    ----------
    basket
        From `baskets`.
    cents
        Amount of every basket in cents, by basket_id.
    customer
        household_id, lon and lat of every household.
    store
        From `company.stores`.

    Returns
    -------
    pd.DataFrame
        order_id, customer_id, ordered_on, store_id, channel, amount_cents.
    """
    visits = basket.groupby(["household_id", "source_store"]).size().rename("n").reset_index()
    visits = visits.sort_values(["household_id", "n", "source_store"], ascending=[True, False, True], kind="stable")
    visits["rank"] = visits.groupby("household_id").cumcount()
    frame = basket.merge(visits.drop(columns="n"), on=["household_id", "source_store"])
    frame = frame.sort_values("basket_id", kind="stable").reset_index(drop=True)
    rank = frame["rank"].to_numpy()
    nearest = _nearest_open(frame, customer, store)
    in_store = rank < 3
    chosen = nearest[np.arange(len(frame)), np.minimum(rank, 2)]
    return pd.DataFrame(
        {
            "order_id": frame["basket_id"],
            "customer_id": frame["household_id"],
            "ordered_on": frame["day"],
            "store_id": np.where(in_store, store["store_id"].to_numpy()[chosen], None),
            "channel": np.select([in_store, rank < 7], ["store", "web"], "phone"),
            "amount_cents": frame["basket_id"].map(cents).astype("int64"),
        }
    )


def _nearest_open(frame: pd.DataFrame, customer: pd.DataFrame, store: pd.DataFrame) -> np.ndarray:
    """Return the row numbers of the three nearest stores open on the day, one row per basket."""
    home = metres(customer["lon"], customer["lat"])
    shop = metres(store["lon"], store["lat"])
    distance = np.hypot(home[:, None, 0] - shop[None, :, 0], home[:, None, 1] - shop[None, :, 1])
    row = pd.Series(np.arange(len(customer)), index=customer["household_id"])[frame["household_id"]].to_numpy()
    day = frame["day"].to_numpy()[:, None]
    opened = pd.to_datetime(store["opened"]).to_numpy()[None, :]
    closed = pd.to_datetime(store["closed"]).fillna(pd.Timestamp.max).to_numpy()[None, :]
    usable = np.where((day >= opened) & (day < closed), distance[row], np.inf)
    return np.argsort(usable, axis=1, kind="stable")[:, :3]
