"""Gaps in flows: a model fitted on what was counted, its error on pairs held out, and what it says of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from pyproj import Geod

from gcrm.analysis.movement import gravity, radiation
from gcrm.analysis.movement.flow import flows
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.access.scope import Scope
    from gcrm.analysis.movement.flow import Hours
    from gcrm.analysis.movement.gravity import Gravity
    from gcrm.warehouse.reader import Reader

    Floats = NDArray[np.float64]

Model = Literal["power", "exponential", "radiation"]
MODELS: tuple[Model, ...] = ("power", "exponential", "radiation")
_GEOD = Geod(ellps="WGS84")
#: Share of pairs that is held out, and the seed by which they are drawn.
_HELD, _SEED = 0.2, 7


@dataclass(frozen=True)
class Filled:
    """Flows with what a model says of them.

    Attributes
    ----------
    model
        `power`, `exponential` or `radiation`.
    gravity
        The fitted model; null for radiation, which has no parameters.
    flows
        One row per pair of different places: origin, destination, distance_m, trips (counted; null is unknown),
        modelled. Modelled trips of an origin add up to those that were counted there.
    common_part
        What model and counts have in common, over all pairs.
    held_out
        The same over pairs that the model was not fitted on; null for radiation, where all pairs are such.
    """

    model: Model
    gravity: Gravity | None
    flows: pd.DataFrame
    common_part: float
    held_out: float | None


def filled(
    reader: Reader,
    level: str,
    *,
    scope: Scope,
    model: Model = "power",
    day_type: str | None = None,
    hours: Hours = None,
) -> Filled:
    """Fit a model to the flows between the regions of a level, and tell what it says of every pair.

    Masses of destinations are the trips that are counted there; of places in the radiation model, too. Distances are
    geodesic, between the middles of the places that were counted. Trips within one region are left out.

    Parameters
    ----------
    reader
        The snapshot.
    level, scope, day_type, hours
        As in `gcrm.analysis.movement.flow.flows`.
    model
        `power` or `exponential` (gravity, by its deterrence), or `radiation`.

    Returns
    -------
    Filled
        Counted and modelled trips, with the fit.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If a word is not known, or the flows are too few for a model.
    """
    if model not in MODELS:
        msg = f"There is no model '{model}' of flows.{near(model, MODELS)}"
        raise QueryError(msg)
    table = flows(reader, level, scope=scope, day_type=day_type, hours=hours).to_pandas()
    names, trips, distance = _matrix(table.dropna(subset=["origin", "destination"]))
    mass = np.nansum(trips, axis=0)
    fitted, held = None, None
    if model == "radiation":
        shares = radiation.shares(np.nansum(trips, axis=0) + np.nansum(trips, axis=1), distance, whole=True)
    else:
        fitted = gravity.fit(trips, mass, distance, model)
        shares = fitted.shares(mass, _apart(distance))
        held = _held_out(trips, distance, model)
    modelled = shares * np.nansum(trips, axis=1, keepdims=True)
    off = ~np.eye(len(names), dtype=bool)
    return Filled(
        model,
        fitted,
        _listed(names, trips, modelled, distance),
        gravity.common_part(np.nan_to_num(trips[off]), modelled[off]),
        held,
    )


def _matrix(table: pd.DataFrame) -> tuple[list[str], Floats, Floats]:
    """Return the places, the trips of each pair (0 where none were counted, nan where unknown), and distances."""
    names = sorted({*table["origin"], *table["destination"]})
    if len(names) < 3:
        msg = f"A model of flows needs at least three places between which trips are known; found {len(names)}."
        raise QueryError(msg)
    at = {name: i for i, name in enumerate(names)}
    origin, destination = (table[end].map(at).to_numpy(int) for end in ("origin", "destination"))
    trips = np.zeros((len(names), len(names)))
    trips[origin, destination] = np.where(table["unknown"] > 0, np.nan, table["trips"].to_numpy(float))
    np.fill_diagonal(trips, np.nan)
    points = np.full((len(names), 2), np.nan)
    for end, where in (("origin", origin), ("destination", destination)):
        points[where] = table[[f"{end}_lon", f"{end}_lat"]].to_numpy(float)
    lon, lat = points.T
    pairs = np.meshgrid(np.arange(len(names)), np.arange(len(names)), indexing="ij")
    _, _, metres = _GEOD.inv(lon[pairs[0]], lat[pairs[0]], lon[pairs[1]], lat[pairs[1]])
    return names, trips, np.asarray(metres, float)


def _apart(distance: Floats) -> Floats:
    return np.where(np.eye(len(distance), dtype=bool), np.inf, distance)


def _held_out(trips: Floats, distance: Floats, model: Any) -> float | None:
    """Fit on four pairs of five and tell what model and counts have in common on the fifth; null where that fails."""
    drawn = np.random.default_rng(_SEED).random(trips.shape) < _HELD
    known = np.isfinite(trips)
    part = np.where(drawn, np.nan, trips)
    mass = np.nansum(part, axis=0)
    try:
        fitted = gravity.fit(part, mass, distance, model)
    except QueryError:
        return None
    shares = fitted.shares(mass, _apart(distance))
    # The trips that an origin should have, by those that were not held out and the share of them.
    seen = np.where(known & ~drawn, shares, 0).sum(axis=1, keepdims=True)
    total = np.divide(np.nansum(part, axis=1, keepdims=True), seen, out=np.zeros_like(seen), where=seen > 0)
    test = drawn & known
    return gravity.common_part(trips[test], (shares * total)[test]) if test.any() else None


def _listed(names: list[str], trips: Floats, modelled: Floats, distance: Floats) -> pd.DataFrame:
    origin, destination = np.nonzero(~np.eye(len(names), dtype=bool))
    word = np.array(names, object)
    pair = origin, destination
    return pd.DataFrame(
        {
            "origin": word[origin],
            "destination": word[destination],
            "distance_m": distance[pair],
            "trips": trips[pair],
            "modelled": modelled[pair],
        }
    )
