"""The questions of the cube in pandas, in one of two ways.

`pandas` reads the tables of the star as they are, as one does: text is text, and what a question needs is joined when
it is asked, the smaller side filtered first. `pandas_prepared` has done what can be done before: text is categories,
orders are numbers, days have their periods, and every order and line has its regions and products beside it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd
from cube_words import PERIODS, PLACES, PRODUCTS, Wanted, finished, period_ends, run, wanted

_AGGREGATES = {
    "revenue": ("amount", "sum"),
    "units_sold": ("quantity", "sum"),
    "orders": ("order_id", "nunique"),
    "buyers": ("customer_key", "nunique"),
    "median_order": ("amount", "median"),
    "customers": ("customer_key", "size"),
}
#: Period -> how pandas calls it.
_CODES = {"year": "Y", "quarter": "Q", "month": "M"}
Tables = dict[str, pd.DataFrame]


def load(folder: Path, *, prepared: bool) -> Tables:
    """Read the tables."""
    names = ("place", "product", "customer", "order", "line")
    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in names}
    for frame in tables.values():
        for column in {"ordered_on", "since", "until"}.intersection(frame.columns):
            frame[column] = pd.to_datetime(frame[column])
    if not prepared:
        for name in ("order", "line"):
            tables[name] = tables[name].drop(columns=["order_no", *PERIODS])
        return tables
    for name, frame in tables.items():
        tables[name] = frame.drop(columns="order_id", errors="ignore")
        for column in frame.select_dtypes(["object", "string"]).columns.difference(["order_id"]):
            tables[name][column] = frame[column].astype("category")
    for name in ("customer", "order", "line"):
        tables[name] = tables[name].merge(tables["place"], how="left", on="location_id")
    lines = tables["line"].drop(columns="department")
    tables["line"] = lines.merge(tables["product"], how="left", on="product_key")
    return tables


def ask(tables: Tables, words: dict[str, Any], *, prepared: bool) -> Any:
    """Answer a question; null where it has no words here."""
    want = wanted(words)
    if want is None:
        return None
    if want.table == "customer":
        frames = _stocks(tables, want, prepared=prepared)
    else:
        frame = tables[want.table]
        frame = frame[
            (frame["ordered_on"] >= pd.Timestamp(want.first)) & (frame["ordered_on"] <= pd.Timestamp(want.last))
        ]
        frames = [_set(_kept(tables, frame, want, prepared=prepared), want, kept) for kept, _ in want.sets]
    if want.top:
        frames = [_largest(frames[0], want)]
    return want, frames


def rows(answer: tuple[Wanted, list[pd.DataFrame]]) -> list[list[Any]]:
    """Return the rows of an answer."""
    want, frames = answer
    found = []
    for (kept, grouping), frame in zip(want.sets, frames, strict=True):
        for name in frame.columns.intersection(list(PERIODS)):
            frame[name] = frame[name].astype(str).str.replace(r"^(\d{4})Q", r"\1-Q", regex=True)
        plain = frame.astype(object).where(frame.notna(), None)
        found += finished(want, kept, grouping, plain.to_dict("records"))
    return found


def _kept(tables: Tables, frame: pd.DataFrame, want: Wanted, *, prepared: bool) -> pd.DataFrame:
    """Keep the rows that the filters leave, with the columns that they are grouped by."""
    if prepared:
        for name, members in want.where.items():
            frame = frame[frame[name].isin(members)]
        return frame[_inside(frame, want)] if want.box else frame
    for name, members in want.where.items():
        if name in frame.columns:
            frame = frame[frame[name].isin(members)]
    for table, key, names in (("place", "location_id", PLACES), ("product", "product_key", PRODUCTS)):
        needed = [n for n in names if n in want.named and n not in frame.columns]
        drawn = want.box is not None and table == "place"
        if not needed and not drawn:
            continue
        beside, size = tables[table], len(tables[table])
        for name in needed:
            if name in want.where:
                beside = beside[beside[name].isin(want.where[name])]
        beside = beside[_inside(beside, want)] if drawn else beside
        how = "left" if len(beside) == size else "inner"
        frame = frame.merge(beside[[key, *needed]], how=how, on=key)
    return frame


def _inside(frame: pd.DataFrame, want: Wanted) -> pd.Series:
    west, south, east, north = want.box or (0, 0, 0, 0)
    return frame["lon"].between(west, east) & frame["lat"].between(south, north)


def _set(frame: pd.DataFrame, want: Wanted, kept: tuple[str, ...]) -> pd.DataFrame:
    """Aggregate by some dimensions."""
    named = {part: _AGGREGATES[part] for part in want.parts}
    if "order_no" in frame.columns and "orders" in named:
        named["orders"] = ("order_no", "nunique")
    missing = [d for d in kept if d in PERIODS and d not in frame.columns]
    frame = frame.assign(**{d: frame["ordered_on"].dt.to_period(_CODES[d]) for d in missing})
    if kept:
        return frame.groupby(list(kept), observed=True, dropna=False, sort=False).agg(**named).reset_index()
    found = {p: len(frame) if how == "size" else getattr(frame[column], how)() for p, (column, how) in named.items()}
    return pd.DataFrame([found])


def _stocks(tables: Tables, want: Wanted, *, prepared: bool) -> list[pd.DataFrame]:
    """Count customers on the last day of each period: they have begun, and not ended."""
    known = _kept(tables, tables["customer"], want, prepared=prepared)
    frames = []
    for kept, _ in want.sets:
        ends = period_ends(want) if any(d in PERIODS for d in kept) else [({}, want.last)]
        others = tuple(d for d in kept if d not in PERIODS)
        parts = []
        for labels, day in ends:
            at = pd.Timestamp(day)
            active = known[(known["since"] <= at) & (known["until"].isna() | (known["until"] > at))]
            parts.append(_set(active, want, others).assign(**labels))
        frames.append(pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0])
    return frames


def _largest(frame: pd.DataFrame, want: Wanted) -> pd.DataFrame:
    """Keep the members with the largest figures; of equal ones those that come first by name."""
    (member,) = want.by
    frame = frame[frame[member].notna()]
    first = want.measures[0]
    if first == "average_order":
        size = frame["revenue"] / frame["orders"]
    else:
        size = frame["revenue"] / frame["buyers"] if first == "revenue / buyers" else frame[first]
    order = pd.DataFrame({"size": size, "name": frame[member].astype(str)})
    chosen = order.dropna().sort_values(["size", "name"], ascending=[False, True]).index[: want.top]
    return frame.loc[chosen]


if __name__ == "__main__":
    place, way = Path(sys.argv[1]), sys.argv[2]
    held = load(place, prepared=way == "pandas_prepared")
    run(place, way, lambda words: ask(held, words, prepared=way == "pandas_prepared"), rows)
