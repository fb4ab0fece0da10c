"""Classic laws of retail gravitation, for two cities: who draws how much, and where the line between them lies."""

from __future__ import annotations

from gcrm.errors import QueryError


def reilly(mass: float, other_mass: float, way: float, other_way: float, *, power: float = 2.0) -> float:
    """Return how much trade a city draws from a place, for one unit that another city draws.

    Parameters
    ----------
    mass, other_mass
        People of the two cities.
    way, other_way
        Distances from the place, in one unit.
    power
        By which power of the distance trade falls.

    Returns
    -------
    float
        The ratio. Source: Reilly 1931, The law of retail gravitation.

    Raises
    ------
    QueryError
        If a number is not above 0.
    """
    _above_nothing(mass, other_mass, way, other_way)
    return float((mass / other_mass) * (other_way / way) ** power)


def converse(mass: float, other_mass: float, distance: float, *, power: float = 2.0) -> tuple[float, float]:
    """Return where on the way between two cities both draw alike.

    Parameters
    ----------
    mass, other_mass
        People of the two cities.
    distance
        Between them.
    power
        As in `reilly`.

    Returns
    -------
    tuple of float
        Distance from the first and from the second city. Source: Converse 1949, Journal of Marketing 14.

    Raises
    ------
    QueryError
        If a number is not above 0.
    """
    _above_nothing(mass, other_mass, distance)
    first = distance / (1 + (other_mass / mass) ** (1 / power))
    return first, distance - first


def _above_nothing(*numbers: float) -> None:
    if not all(n > 0 for n in numbers):
        msg = "Masses and distances are above 0."
        raise QueryError(msg)
