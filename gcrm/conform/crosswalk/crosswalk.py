"""A crosswalk: which share of each zone of one system lies in which zone of another, and how figures move with it.

Goodchild and Lam, "Areal interpolation: a variant of the traditional spatial problem", Geo-Processing 1 (1980).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gcrm.errors import QueryError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    #: Figures of zones: by identifier, or in the order of the crosswalk's sources.
    Given = Mapping[str, float] | pd.Series | NDArray[np.float64]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Moved:
    """Figures at the target zones.

    Attributes
    ----------
    figures
        Figure of each target; null (nan) where nothing is known of a part that it gets.
    covered
        For an intensive figure, the share of each target that known sources make up; for an extensive one, the share
        of what each target gets that is known, by mass. 0 to 1.
    lost
        Of an extensive figure what lies outside every target; null (nan) for an intensive one.
    """

    figures: Floats
    covered: Floats
    lost: float


@dataclass(frozen=True)
class Crosswalk:
    """Shares of source zones in target zones.

    Attributes
    ----------
    sources, targets
        Identifiers of the zones.
    source, target
        Positions of the zones of each pair that share something, in ascending order of source, then target.
    share
        Share of the source's mass that lies in the target, 0 to 1.
    mass
        The mass that both share: square units, addresses, dwellings or cubic units.
    target_mass
        Mass of each target.
    basis
        What shares were weighted by.
    by_area
        True for each source that has none of the mass and was divided by area instead.
    """

    sources: NDArray[Any]
    targets: NDArray[Any]
    source: Ints
    target: Ints
    share: Floats
    mass: Floats
    target_mass: Floats
    basis: str
    by_area: NDArray[np.bool_]

    @property
    def covered(self) -> Floats:
        """Share of each source that lies in some target; more than 1 where targets overlap."""
        return _sums(self.source, self.share, len(self.sources))

    def extensive(self, values: Given) -> Moved:
        """Move counts: every target gets the share of each source that lies in it.

        Where sources are covered by targets that do not overlap, the total stays the same, but for the rounding of
        floating-point numbers.

        Parameters
        ----------
        values
            Figure of each source, by its identifier (a series or mapping) or in the order of `sources` (an array); nan
            is unknown.

        Returns
        -------
        Moved
            Figures of the targets; unknown where a source that it gets a part of is unknown.

        Raises
        ------
        QueryError
            If there is not one figure per source, or a series or mapping names other zones.
        """
        given = self._checked(values)
        known = np.isfinite(given)
        part = np.where(known, given, 0.0)[self.source] * self.share
        moved = _sums(self.target, part, len(self.targets))
        weight = _sums(self.target, self.share, len(self.targets))
        sure = _sums(self.target, self.share * known[self.source], len(self.targets))
        unknown = _sums(self.target, ~known[self.source], len(self.targets)) > 0
        moved[unknown] = np.nan
        covered = np.divide(sure, weight, out=np.zeros_like(sure), where=weight > 0)
        outside = np.clip(1.0 - self.covered, 0.0, None)
        return Moved(moved, covered, float((np.where(known, given, 0.0) * outside).sum()))

    def intensive(self, values: Given) -> Moved:
        """Move rates: every target gets the mean of its sources, weighted by the mass that they share with it.

        Parameters
        ----------
        values
            As of `extensive`; what is unknown does not count.

        Returns
        -------
        Moved
            Figures of the targets; nan where no source of it is known. `covered` says how much of it is.

        Raises
        ------
        QueryError
            If there is not one figure per source, or a series or mapping names other zones.
        """
        given = self._checked(values)
        known = np.isfinite(given)[self.source]
        weight = np.where(known, self.mass, 0.0)
        total = _sums(self.target, weight, len(self.targets))
        sums = _sums(self.target, np.where(known, given[self.source], 0.0) * weight, len(self.targets))
        mean = np.divide(sums, total, out=np.full_like(sums, np.nan), where=total > 0)
        whole = self.target_mass
        covered = np.divide(total, whole, out=np.zeros_like(total), where=whole > 0)
        return Moved(mean, np.clip(covered, 0.0, 1.0), float("nan"))

    def _checked(self, values: Given) -> Floats:
        """Return one figure per source, in their order: what has names of its own is never taken by its order."""
        given = self._ordered(values) if isinstance(values, Mapping | pd.Series) else np.asarray(values, float)
        if given.shape != (len(self.sources),):
            msg = f"A crosswalk of {len(self.sources)} zones needs a figure for each of them; found {given.size}."
            raise QueryError(msg)
        return given

    def _ordered(self, values: Mapping[str, float] | pd.Series) -> Floats:
        """Put figures that are named by zones into the order of the sources."""
        named = pd.Series(values, dtype=float)
        named.index = named.index.map(str)
        sources = pd.Index(self.sources).map(str)
        wrong = [
            *(f"'{zone}' is named twice" for zone in named.index[named.index.duplicated()]),
            *(f"'{zone}' has none" for zone in sources.difference(named.index)),
            *(f"'{zone}' is no zone of it" for zone in named.index.difference(sources)),
        ]
        if wrong:
            msg = (
                f"A crosswalk of {len(sources)} zones needs a figure for each of them, by its identifier: {wrong[0]}. "
                "Name each figure by its zone, such as frame.set_index('zone')['people']."
            )
            raise QueryError(msg)
        return named.reindex(sources).to_numpy(float)


def _sums(at: Ints, weight: Any, count: int) -> Floats:
    """Return the sums of weights by position, as floating-point numbers also where there is nothing to sum."""
    return np.bincount(at, weight, count).astype(float)


def assembled(
    ids: tuple[NDArray[Any], NDArray[Any]],
    pairs: tuple[Ints, Ints, Floats],
    masses: tuple[Floats, Floats],
    *,
    basis: str,
    whole_from: float,
) -> Crosswalk:
    """Make a crosswalk of the mass that each pair of zones shares.

    Parameters
    ----------
    ids
        Identifiers of sources and targets.
    pairs
        Positions of source and target of each pair, and the mass that they share.
    masses
        Mass of each source and each target.
    basis
        What the mass is.
    whole_from
        Share from which on a source counts as wholly covered: borders of two systems are never drawn quite alike. Its
        shares are then made to sum to 1.

    Returns
    -------
    Crosswalk
        The shares; a source without mass has none.
    """
    source, target, mass = pairs
    own = masses[0][source]
    kept = (mass > 0) & (own > 0)
    source, target, mass, own = source[kept], target[kept], mass[kept], own[kept]
    order = np.lexsort((target, source))
    source, target, mass = source[order], target[order], mass[order]
    share = mass / own[order]
    sums = _sums(source, share, len(ids[0]))
    whole = (sums >= whole_from) & (sums <= 2 - whole_from)
    share = np.where(whole[source], share / np.where(whole, sums, 1.0)[source], share)
    none = np.zeros(len(ids[0]), bool)
    return Crosswalk(ids[0], ids[1], source, target, share, mass, masses[1], basis, none)
