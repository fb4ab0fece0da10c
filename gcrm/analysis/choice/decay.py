"""How a store's pull falls with the way to it.

With t the way's cost (minutes or kilometres), the logarithm of the pull and its derivatives by the parameters:

    power         r log t                          (Huff 1963: r below 0, such as -2)
    exponential   r t
    logistic      -log(1 + exp(s (t - m)))         (s above 0 is how abruptly, m the way at which half is left)

A way shorter than `floor` counts as `floor`, so that nobody at a store's door is drawn to it without bound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from scipy.special import expit

from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Kind = Literal["power", "exponential", "logistic"]
KINDS: tuple[str, ...] = get_args(Kind)
#: Least cost of a way told in minutes: nobody is drawn without bound to a store next door.
FLOOR_MIN = 0.5
#: Kind -> names of its parameters.
PARAMETERS: dict[str, tuple[str, ...]] = {
    "power": ("decay",),
    "exponential": ("decay",),
    "logistic": ("decay_steepness", "decay_midpoint"),
}


@dataclass(frozen=True)
class Decay:
    """One kind of decay with its parameters.

    Attributes
    ----------
    kind
        power, exponential or logistic.
    values
        Parameters in the order of `PARAMETERS`.
    floor
        Least cost of a way, in its own unit.
    """

    kind: str = "power"
    values: tuple[float, ...] = (-2.0,)
    floor: float = 0.1

    def __post_init__(self) -> None:
        """Refuse a kind that there is not, or parameters of another one."""
        if self.kind not in KINDS:
            msg = f"decay is {', '.join(KINDS)}; found '{self.kind}'.{near(self.kind, KINDS)}"
            raise QueryError(msg)
        names = PARAMETERS[self.kind]
        if len(self.values) != len(names) or not self.floor > 0:
            msg = f"decay '{self.kind}' has the parameters {', '.join(names)}, and a floor above 0."
            raise QueryError(msg)

    def log_pull(self, cost: Floats) -> Floats:
        """Return the logarithm of the pull over ways of the given costs."""
        t = np.maximum(cost, self.floor)
        if self.kind == "power":
            return np.asarray(self.values[0] * np.log(t))
        if self.kind == "exponential":
            return np.asarray(self.values[0] * t)
        steep, middle = self.values
        return np.asarray(-np.logaddexp(0.0, steep * (t - middle)))

    def slopes(self, cost: Floats) -> list[Floats]:
        """Return the derivative of `log_pull` by each parameter."""
        t = np.maximum(cost, self.floor)
        if self.kind == "power":
            return [np.log(t)]
        if self.kind == "exponential":
            return [t]
        steep, middle = self.values
        gone = np.asarray(expit(steep * (t - middle)))
        return [-gone * (t - middle), gone * steep]

    def with_values(self, values: Sequence[float]) -> Decay:
        """Return the same decay with other parameters."""
        return replace(self, values=tuple(float(v) for v in values))


def first_guess(kind: str, cost: Floats, floor: float = 0.1) -> Decay:
    """Return a decay to begin a search with.

    Parameters
    ----------
    kind
        power, exponential or logistic.
    cost
        Costs of ways as they occur.
    floor
        Least cost of a way.

    Returns
    -------
    Decay
        Parameters of the right size for these costs.

    Raises
    ------
    QueryError
        If there is no such kind.
    """
    middle = float(np.median(np.maximum(cost, floor))) if len(cost) else 1.0
    guesses = {"power": (-1.0,), "exponential": (-1 / middle,), "logistic": (2 / middle, middle)}
    return Decay(kind, guesses.get(kind, ()), floor)
