"""Who customers could go to: the project's stores and those of competitors, and the figures that draw people there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gcrm.cube.shopper import read_competitors
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb
    from numpy.typing import NDArray

    from gcrm.cube.question import PeriodWord
    from gcrm.enrich.trading_area.company import Company
    from gcrm.workspace.workspace import Workspace

    Floats = NDArray[np.float64]

#: The attraction that every project has: floor area.
SIZE = "size"


@dataclass(frozen=True, eq=False)
class Contenders:
    """Stores that people choose among, the project's own first.

    Attributes
    ----------
    ids, names
        Identifier and name of each; a competitor whose identifier is one of a store is called `competitor ID`.
    at
        Longitude and latitude, one row each; NaN where it could not be located.
    own
        True for the project's own, whose customers are known.
    attractions
        Name of each figure.
    figures
        One row per store, one column per attraction, all above 0; the middle one where it is not known.
    note
        Which figures are not known, in a sentence; empty where all are.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    at: Floats
    own: NDArray[np.bool_]
    attractions: tuple[str, ...]
    figures: Floats
    note: str

    @property
    def alike(self) -> tuple[str, ...]:
        """Attractions in which the project's own stores do not differ: what they do is not told."""
        own = self.figures[self.own]
        return tuple(n for n, column in zip(self.attractions, own.T, strict=True) if len(np.unique(column)) < 2)

    def figures_of(self, words: Mapping[str, float]) -> Floats:
        """Return the figures of a store that is described by some of them; the others are middling.

        Raises
        ------
        QueryError
            If a word is no attraction, or a figure is not above 0.
        """
        found = np.median(self.figures[self.own], axis=0)
        for name, value in words.items():
            found[self.column(name)] = _above_nothing(name, float(value), "a new store")
        return np.asarray(found, float)

    def column(self, name: str) -> int:
        """Return which column an attraction is.

        Raises
        ------
        QueryError
            If it is none.
        """
        if name not in self.attractions:
            msg = f"There is no attraction '{name}'; there are {', '.join(self.attractions)}."
            raise QueryError(msg + near(name, self.attractions))
        return self.attractions.index(name)


def contenders(
    ws: Workspace,
    company: Company,
    attractions: Sequence[str] | None = None,
    *,
    competitors: bool = False,
    period: PeriodWord = None,
) -> Contenders:
    """Return the stores of a company, and of its competitors, with their attractions.

    Parameters
    ----------
    ws
        The workspace.
    company
        Its stores.
    attractions
        `size` (floor area), or names that `attractions` of a source declares; all of them where null.
    competitors
        Whether those of competitors stand beside them.
    period
        Competitors are those that were open on one of its days.

    Returns
    -------
    Contenders
        Stores in the order of the company, then competitors.

    Raises
    ------
    QueryError
        If a word is no attraction, or a figure of a store is not above 0.
    """
    names = _chosen(ws, attractions)
    con, ids, titles, at = ws.cursor(), list(company.ids), list(company.names), [company.at]
    rows = _figures(con, "dim_store", "store_id", ids, names)
    if competitors:
        found = read_competitors(ws.reader, scope=ws.scope, period=period)
        rows = np.concatenate([rows, _figures(con, "dim_competitor", "competitor_id", found.ids, names)])
        ids += [f"competitor {name}" if name in company.ids else name for name in found.ids]
        titles += found.names
        at.append(found.at)
    own = np.arange(len(ids)) < len(company.ids)
    figures, note = _filled(rows, names, ids)
    return Contenders(tuple(ids), tuple(titles), np.concatenate(at), own, names, figures, note)


def _chosen(ws: Workspace, attractions: Sequence[str] | None) -> tuple[str, ...]:
    declared = dict.fromkeys(n for s in ws.settings.of_kind("stores").values() for n in s.attractions)
    known = (SIZE, *declared)
    if attractions is None:
        return known
    wanted = tuple(dict.fromkeys(attractions))
    for name in wanted:
        if name not in known:
            msg = f"There is no attraction '{name}'; gcrm.toml declares {', '.join(known)}.{near(name, known)}"
            raise QueryError(msg)
    if not wanted:
        msg = f"Name what draws people to stores: {', '.join(known)}."
        raise QueryError(msg)
    return wanted


def _figures(con: duckdb.DuckDBPyConnection, table: str, key: str, ids: Sequence[str], names: Sequence[str]) -> Floats:
    """Return figures as they are known: one row per store, one column per attraction, NaN where not."""
    read = con.execute(f"SELECT {key}, floor_area_m2, attractions FROM warehouse.{table}").fetchall()
    # An area of 0 square metres is no store: nobody measured it.
    told = {i: {SIZE: area or None, **(figures or {})} for i, area, figures in read}
    rows = [[told.get(i, {}).get(name) for name in names] for i in ids]
    return np.array(rows, float).reshape(len(ids), len(names))


def _filled(rows: Floats, names: Sequence[str], ids: Sequence[str]) -> tuple[Floats, str]:
    """Fill in the middle figure where none is known, 1 where none is known at all; say where that was done."""
    figures, notes = rows.copy(), []
    for k, name in enumerate(names):
        known = np.isfinite(rows[:, k])
        for i in np.flatnonzero(known).tolist():
            _above_nothing(name, float(rows[i, k]), f"'{ids[i]}'")
        figures[~known, k] = np.median(rows[known, k]) if known.any() else 1.0
        if not known.any():
            notes.append(f"{name} is not known of any store")
        elif not known.all():
            notes.append(f"{name} is not known of {int((~known).sum())} stores, and taken as middling there")
    return figures, f"{'; '.join(notes)}." if notes else ""


def _above_nothing(name: str, value: float, store: str) -> float:
    if not (np.isfinite(value) and value > 0):
        msg = (
            f"The attraction '{name}' of {store} is {value:g}; its logarithm is taken, so that it has to be above 0."
            " Add something to all of them in the source, or leave the attraction out."
        )
        raise QueryError(msg)
    return value
