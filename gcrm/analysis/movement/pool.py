"""Two sources of floating population side by side: how far they disagree, and one figure with a range.

Each source may be biased by a factor of its own, the same everywhere; between regions it also scatters. Both are told
from the ratios of the sources, so that sources which agree give a narrow range and those which do not a wide one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gcrm.analysis.movement.presence import hourly, sources
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gcrm.access.scope import Scope
    from gcrm.analysis.movement.flow import Hours
    from gcrm.warehouse.reader import Reader

    Floats = NDArray[np.float64]

#: Quantile of the normal distribution for a two-sided range of 90 %.
_Z90 = 1.6448536269514722


def pooled(figures: Floats, bias_sd: float = 0.0) -> tuple[Floats, Floats, Floats]:
    """Pool figures of several sources into one with a 90 % range.

    Pooling is by the geometric mean. The range has two parts: how the sources scatter around each other once the usual
    ratio between them is taken out, and how far the usual ratio itself says that they may be off; where one source is
    right and the other is not, or both err in opposite ways, the truth lies between them.

    Parameters
    ----------
    figures
        Sources by places; nan is unknown. Zero takes part in no ratio.
    bias_sd
        Standard deviation of the logarithm of an error that all sources have in common and that no comparison shows.

    Returns
    -------
    tuple of numpy.ndarray
        Pooled figure, lower and upper end; nan where fewer than two sources know a place: then there is no range.
    """
    known = np.isfinite(figures)
    positive = known & (figures > 0)
    log = np.log(np.where(positive, figures, 1.0))
    both = positive.all(axis=0)
    usual = np.array([log[s, both].mean() for s in range(len(figures))]) if both.any() else np.zeros(len(figures))
    usual = usual - usual.mean()
    count = positive.sum(axis=0)
    mean = np.divide((log * positive).sum(axis=0), count, out=np.zeros(figures.shape[1]), where=count > 0)
    own = log - usual[:, None]
    centre = own[:, both].mean(axis=0) if both.any() else np.zeros(0)
    degrees = max((len(figures) - 1) * int(both.sum()), 1)
    scatter = float(((own[:, both] - centre) ** 2).sum()) / degrees
    bias = float((usual**2).sum()) / max(len(figures) - 1, 1)
    wide = _Z90**2 * (scatter / np.maximum(count, 1) + bias_sd**2) + _t90(len(figures) - 1) ** 2 * bias / len(figures)
    spread = np.sqrt(wide)
    enough = count >= 2
    pool = np.where(enough, np.exp(mean), np.nan)
    zero = (known & ~positive).sum(axis=0)
    pool = np.where((zero > 0) & (count == 0), 0.0, pool)
    low, high = pool * np.exp(-spread), pool * np.exp(spread)
    return pool, np.where(enough, low, np.nan), np.where(enough, high, np.nan)


def _t90(degrees: int) -> float:
    """Return the quantile of Student's distribution for a range of 90 %: few sources tell little of a bias."""
    from scipy.stats import t  # noqa: PLC0415 (takes long to import)

    return float(t.ppf(0.95, max(degrees, 1)))


def compared(
    reader: Reader,
    level: str,
    *,
    scope: Scope,
    names: Sequence[str] | None = None,
    measure: str = "stock",
    day_type: str | None = None,
    hours: Hours = None,
) -> pd.DataFrame:
    """Set the sources of floating population side by side, and pool them.

    Parameters
    ----------
    reader
        The snapshot.
    level, scope, measure, day_type, hours
        As in `gcrm.analysis.movement.presence.hourly`.
    names
        Sources; all where null.

    Returns
    -------
    pandas.DataFrame
        One row per region, type of day and hour: member, day_type, hour, one column per source (null is unknown),
        ratio (the largest by the smallest; null where fewer than two are known or one is zero), pooled, low and high
        (of the 90 % range; null where there is none).

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If a word is not known, or there are fewer than two sources.
    """
    chosen = list(names) if names is not None else sources(reader)
    if len(chosen) < 2:
        msg = f"To compare sources of floating population there must be two of them; found {len(chosen)}."
        raise QueryError(msg)
    keys = ["member", "day_type", "hour"]
    columns = []
    for name in chosen:
        rows = hourly(reader, level, scope=scope, measure=measure, day_type=day_type, hours=hours, source=name)
        columns.append(rows.to_pandas().set_index(keys)["persons"].rename(name))
    frame = pd.concat(columns, axis=1).sort_index()
    figures = frame.to_numpy(float).T
    pool, low, high = pooled(figures)
    known = np.isfinite(figures)
    most = np.where(known, figures, -np.inf).max(axis=0)
    least = np.where(known, figures, np.inf).min(axis=0)
    ratio = np.divide(most, least, out=np.full(len(most), np.nan), where=(known.sum(axis=0) > 1) & (least > 0))
    made: pd.DataFrame = frame.assign(ratio=ratio, pooled=pool, low=low, high=high).reset_index()
    return made
