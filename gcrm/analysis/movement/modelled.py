"""Floating population where no source counts it: modelled from residents and jobs, and labelled so.

At each hour a share of the residents is at home, a share of the jobs is at work, and the rest of the residents is out:
spread over the city as its jobs are, for shops, schools and offices are where people go. The shares are assumptions
(`PROFILE`), unless there are counts to fit them on: then they are the non-negative least squares solution of each hour
(Lawson and Hanson, "Solving Least Squares Problems", 1974), and the error is that of zones that were held out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gcrm.errors import QueryError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HOURS = 24
#: Type of day -> share of residents at home, and of jobs at work, by hour: assumed, in round figures.
PROFILE: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "weekday": (
        (0.96,) * 5 + (0.94, 0.88, 0.75, 0.58, 0.48, 0.45, 0.44)
        + (0.44, 0.44, 0.45, 0.48, 0.54, 0.61, 0.69, 0.75, 0.80, 0.86, 0.92, 0.95),
        (0.03,) * 5 + (0.05, 0.12, 0.30, 0.60, 0.78, 0.82, 0.82)
        + (0.78, 0.80, 0.82, 0.78, 0.68, 0.45, 0.25, 0.16, 0.12, 0.09, 0.06, 0.04),
    ),
    "weekend": (
        (0.94,) * 6 + (0.93, 0.91, 0.86, 0.78, 0.70, 0.64)
        + (0.61, 0.59, 0.58, 0.59, 0.61, 0.64, 0.67, 0.70, 0.75, 0.81, 0.87, 0.91),
        (0.03,) * 6 + (0.05, 0.08, 0.13, 0.18, 0.21, 0.22)
        + (0.22, 0.22, 0.21, 0.20, 0.18, 0.15, 0.13, 0.11, 0.09, 0.07, 0.05, 0.04),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Presence:
    """People present by zone and hour, as a model says.

    Attributes
    ----------
    persons
        Zones by hours; nan where residents or jobs are unknown.
    home, work
        People per resident and per job in each hour.
    basis
        `modelled, assumed profile`, or `modelled, fitted`.
    error
        Mean absolute error of zones that were held out, by the mean of what is counted; null where nothing is.
    """

    persons: Floats
    home: Floats
    work: Floats
    basis: str
    error: float | None


def assumed(residents: Floats, jobs: Floats, day_type: str = "weekday") -> Presence:
    """Model people present by the assumed profile; every resident is somewhere at each hour.

    Who is neither at home nor at work is out, and who works comes from somewhere: residents who are away and jobs that
    are done balance by the people who are out, who are never fewer than none.

    Parameters
    ----------
    residents, jobs
        Of each zone; nan is unknown.
    day_type
        `weekday` or `weekend`.

    Returns
    -------
    Presence
        People present.

    Raises
    ------
    QueryError
        If there is no profile of the day.
    """
    if day_type not in PROFILE:
        msg = f"There is a profile of {' and '.join(PROFILE)}; found '{day_type}'."
        raise QueryError(msg)
    home, work = (np.array(part) for part in PROFILE[day_type])
    people, places = np.nansum(residents), np.nansum(jobs)
    out = np.clip(people * (1 - home) - places * work, 0, None)
    per_job = work + (out / places if places > 0 else 0.0)
    return Presence(
        np.outer(residents, home) + np.outer(jobs, per_job), home, per_job, "modelled, assumed profile", None
    )


def fitted(persons: Floats, residents: Floats, jobs: Floats, *, folds: int = 5, seed: int = 7) -> Presence:
    """Fit the shares of each hour on zones in which people are counted, and measure the error on zones held out.

    Parameters
    ----------
    persons
        Counted people, zones by hours; nan is unknown.
    residents, jobs
        Of each zone.
    folds
        Into how many parts the zones are dealt; each is held out once.
    seed
        Of the dealing.

    Returns
    -------
    Presence
        People present in every zone, also where none are counted.

    Raises
    ------
    QueryError
        If people are counted in fewer zones than there are folds.
    """
    known = np.isfinite(persons).all(axis=1) & np.isfinite(residents) & np.isfinite(jobs)
    if known.sum() < folds:
        msg = f"To fit a model of people present, they must be counted in at least {folds} zones; found {known.sum()}."
        raise QueryError(msg)
    masses = np.column_stack([residents, jobs])
    shares = _least_squares(masses[known], persons[known])
    dealt = np.random.default_rng(seed).permutation(np.arange(known.sum()) % folds)
    missed = np.zeros_like(persons[known])
    for fold in range(folds):
        test = dealt == fold
        part = _least_squares(masses[known][~test], persons[known][~test])
        missed[test] = masses[known][test] @ part - persons[known][test]
    error = float(np.abs(missed).mean() / persons[known].mean())
    return Presence(masses @ shares, shares[0], shares[1], "modelled, fitted", error)


def _least_squares(masses: Floats, persons: Floats) -> Floats:
    from scipy.optimize import nnls  # noqa: PLC0415 (takes long to import)

    return np.column_stack([nnls(masses, persons[:, hour])[0] for hour in range(persons.shape[1])])
