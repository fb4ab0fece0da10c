"""Classes of a choropleth: where one colour ends and the next begins.

Only known numbers other than zero are classed. Zero, unknown and suppressed each stand apart: mixing them is the
commonest way in which a map lies.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from gcrm.errors import QueryError, near
from gcrm.maps import palettes
from gcrm.maps.labels import State, number_text

if TYPE_CHECKING:
    from collections.abc import Sequence

Method = Literal["quantiles", "equal", "natural"]

#: Method -> what the legend calls it.
METHODS: dict[Method, str] = {
    "quantiles": "Quantiles",
    "equal": "Equal intervals",
    "natural": "Natural breaks",
}
#: Above this many different values natural breaks are found on their quantiles.
_NATURAL_LIMIT = 2000


@dataclass(frozen=True)
class Classes:
    """Bounds and colours of the classes of one measure.

    Attributes
    ----------
    method
        How the bounds were found.
    lows, highs
        Lowest and highest value of each class; a value on a bound of two classes belongs to the lower one.
    colours
        One `#rrggbb` per class.
    """

    method: Method
    lows: tuple[float, ...] = ()
    highs: tuple[float, ...] = ()
    colours: tuple[str, ...] = ()

    def key(self, value: float | None, state: State) -> str:
        """Return the class of a number: `c0`, `c1`, ... or `zero`, `unknown`, `suppressed`."""
        if state == "suppressed":
            return "suppressed"
        if state == "unknown" or value is None or not math.isfinite(value):
            return "unknown"
        if value == 0:
            return "zero"
        return f"c{min(bisect_left(self.highs, value), len(self.highs) - 1)}"

    def labels(self, unit: str) -> tuple[str, ...]:
        """Return what the legend writes beside each class."""
        return tuple(_label(low, high, unit) for low, high in zip(self.lows, self.highs, strict=True))


def classify(values: Sequence[float], method: Method = "quantiles", count: int = 5) -> Classes:
    """Find the classes of known numbers.

    The legend says exactly what is drawn: classes of whole numbers run from their lowest to their highest value; other
    bounds are the roundest numbers that leave every value in the class the method put it in. Where numbers stand on
    both sides of zero, each side has classes of its own.

    Parameters
    ----------
    values
        The known numbers; zeros and what is not finite are passed over.
    method
        `quantiles`: as many regions in each class; `equal`: equally wide classes; `natural`: classes as uniform as
        possible (least squared deviation from the class means; Fisher 1958, Jenks 1977).
    count
        Classes wanted; there are fewer where there are fewer different values.

    Returns
    -------
    Classes
        None at all where no value is left.

    Raises
    ------
    QueryError
        If the method is not known.
    """
    if method not in METHODS:
        msg = f"There is no class method '{method}'.{near(method, METHODS)}"
        raise QueryError(msg)
    array = np.asarray([v for v in values if math.isfinite(v) and v != 0], dtype=np.float64)
    below, above = array[array < 0], array[array > 0]
    if below.size and above.size:
        parts = [_bounds(below, method, max(count // 2, 1)), _bounds(above, method, max(count // 2, 1))]
        colours = palettes.diverging(len(parts[0]), len(parts[1]))
    else:
        parts = [_bounds(array, method, count)] if array.size else []
        colours = palettes.sequential(len(parts[0])) if parts else ()
        colours = colours[::-1] if below.size else colours
    pairs = [pair for part in parts for pair in part]
    return Classes(method, tuple(low for low, _ in pairs), tuple(high for _, high in pairs), colours)


def _bounds(array: np.ndarray, method: Method, count: int) -> list[tuple[float, float]]:
    """Return (low, high) of each class of values that have one sign."""
    different = np.unique(array)
    if different.size <= count:
        cuts = different
    elif method == "quantiles":
        cuts = np.quantile(array, np.arange(1, count) / count, method="inverted_cdf")
    elif method == "equal":
        cuts = different[0] + (different[-1] - different[0]) * np.arange(1, count) / count
    else:
        cuts = _natural(array, count)
    last = sorted({int(np.searchsorted(different, cut, side="right")) - 1 for cut in cuts} - {different.size - 1})
    if np.all(different == np.trunc(different)):
        starts, ends = [0, *(i + 1 for i in last)], [*last, different.size - 1]
        return [(float(different[a]), float(different[b])) for a, b in zip(starts, ends, strict=True)]
    inner = [_roundest(float(different[i]), float(different[i + 1])) for i in last]
    edges = [float(different[0]), *inner, float(different[-1])]
    return list(itertools.pairwise(edges))


def _natural(array: np.ndarray, count: int) -> np.ndarray:
    """Return the highest value of each class but the last, by Fisher's exact dynamic programme."""
    values, weights = np.unique(array, return_counts=True)
    if values.size > _NATURAL_LIMIT:
        values, weights = np.unique(
            np.quantile(array, np.linspace(0, 1, _NATURAL_LIMIT), method="nearest"), return_counts=True
        )
    shifted = values - values.mean()
    n = np.concatenate(([0.0], np.cumsum(weights)))
    total = np.concatenate(([0.0], np.cumsum(weights * shifted)))
    squares = np.concatenate(([0.0], np.cumsum(weights * shifted**2)))

    def deviation(start: np.ndarray, end: int) -> np.ndarray:
        return np.asarray(squares[end] - squares[start] - (total[end] - total[start]) ** 2 / (n[end] - n[start]))

    size = values.size
    best = np.concatenate(([0.0], [deviation(np.array([0]), end)[0] for end in range(1, size + 1)]))
    choice = np.zeros((count, size + 1), dtype=np.int64)
    for step in range(1, count):
        previous, best = best, np.full(size + 1, np.inf)
        for end in range(step + 1, size + 1):
            starts = np.arange(step, end)
            costs = previous[starts] + deviation(starts, end)
            at = int(np.argmin(costs))
            best[end], choice[step, end] = costs[at], starts[at]
    cuts: list[float] = []
    end = size
    for step in range(count - 1, 0, -1):
        end = int(choice[step, end])
        cuts.append(float(values[end - 1]))
    return np.asarray(cuts[::-1])


def _roundest(low: float, high: float) -> float:
    """Return the number with the fewest digits in `low <= number < high`."""
    exponent = math.floor(math.log10(max(abs(low), abs(high)))) + 1
    for power in range(exponent, exponent - 17, -1):
        for digit in (5, 2, 1):
            step = digit * 10.0**power
            number = float(f"{math.ceil(low / step) * step:.15g}")
            if low <= number < high and number != 0:
                return number
    return low


def _label(low: float, high: float, unit: str) -> str:
    if low == high:
        return number_text(low, unit)
    return f"{number_text(low, unit)} – {number_text(high, unit)}"  # noqa: RUF001 (an en dash stands between numbers)
