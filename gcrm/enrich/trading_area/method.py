"""The methods of trading areas: siblings behind one function, `(company, rule) -> one area per store`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gcrm.enrich.trading_area.customers import density, hull, nearest_share, visits
from gcrm.enrich.trading_area.reach import isochrone, ring, threshold_drive, threshold_ring
from gcrm.enrich.trading_area.thiessen import thiessen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gcrm.enrich.trading_area.company import Company
    from gcrm.settings.trading import TradingArea


class Method(Protocol):
    """One way to draw trading areas."""

    def __call__(self, company: Company, rule: TradingArea) -> NDArray[np.object_]:
        """Return one area per store in WGS84; null where it has none."""


METHODS: dict[str, Method] = {
    "ring": ring,
    "isochrone": isochrone,
    "thiessen": thiessen,
    "nearest_share": nearest_share,
    "hull": hull,
    "density": density,
    "threshold_ring": threshold_ring,
    "threshold_drive": threshold_drive,
    "visits": visits,
}


def areas(company: Company, rule: TradingArea) -> NDArray[np.object_]:
    """Draw the trading area of every store.

    Parameters
    ----------
    company
        Stores, customers and travel.
    rule
        The method, and its numbers.

    Returns
    -------
    numpy.ndarray
        One polygon or multipolygon per store in WGS84; null where there is none: the store could not be located, too
        few customers are known, or the share is not met.
    """
    return METHODS[rule.method](company, rule)
