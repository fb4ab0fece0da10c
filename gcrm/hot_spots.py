"""Hot spots of a result: around which places figures are high or low together, beyond what chance would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from gcrm.analysis.autocorrelation import Moran, discoveries, local_g, moran
from gcrm.analysis.neighbour import cells_around, nearest, touching, within
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import folium
    import geopandas as gpd
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from gcrm.cube.model import Dimension, Measure
    from gcrm.maps.description import MapDescription
    from gcrm.maps.labels import State
    from gcrm.maps.spots import Spot

    Pairs = NDArray[np.int64]

#: With fewer known places nothing is told; with fewer than `_MANY` little.
_LEAST, _MANY = 8, 30
#: Shares of findings that may be chance, the strictest first.
_CHANCES = (0.01, 0.05, 0.1)


@dataclass(frozen=True)
class HotSpots:
    """Where a measure is high or low all around.

    Attributes
    ----------
    geo
        One row per place, in EPSG:4326: its identifier (and `<place>_name`), the measure and its state, `neighbours`
        (known ones), `around` (the mean over it and them), `z` (Gi* in standard deviations of chance), `p`, `spot`
        (`hot`, `cold`, `none`; null where the figure is not known) and `sure` (0.99, 0.95, 0.9: at most 1, 5 or 10 of
        100 such places are chance; null where it is no spot).
    moran
        Whether like values lie together at all.
    measure
        What is looked at.
    place
        Column with the identifiers.
    notes
        What a reader has to know of them.
    """

    geo: gpd.GeoDataFrame
    moran: Moran
    measure: Measure
    place: str
    notes: tuple[str, ...]
    _drawn: dict[str, Any]

    @property
    def frame(self) -> pd.DataFrame:
        """The rows without their geometry, the hottest first."""
        table = pd.DataFrame(self.geo.drop(columns="geometry"))
        return table.sort_values(["z", self.place], ascending=[False, True], na_position="last", ignore_index=True)

    @property
    def unit(self) -> str:
        """The unit of the measure, in the words of `gcrm.maps.labels.number_text`."""
        from gcrm.maps.choropleth import unit_of  # noqa: PLC0415 - most questions draw nothing

        return unit_of(self.measure, self._drawn["currency"])

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        counted = self.geo["spot"].value_counts()
        hot, cold = (int(counted.get(word, 0)) for word in ("hot", "cold"))
        found = f"{hot} hot and {cold} cold of {self.geo['spot'].notna().sum():,} places."
        if not np.isfinite(self.moran.value):
            return f"{found} Whether neighbours are alike cannot be told."
        alike = "alike" if self.moran.z > 0 else "different"
        told = (
            f"more {alike} than by chance"
            if self.moran.p < 0.05
            else "neither more alike nor more different than by chance"
        )
        return f"{found} Neighbours are {told} (Moran's I {self.moran.value:.3f}, p {p_text(self.moran.p)})."

    def describe(self, outlines: Mapping[str, BaseGeometry] | None = None, source: str = "") -> MapDescription:
        """Describe their map.

        Parameters
        ----------
        outlines
            Place -> what is drawn of it, where that is not its own geometry.
        source
            Address from which a renderer fetches what has no outline.

        Returns
        -------
        MapDescription
            Places by how surely they are spots, the surest first.
        """
        from gcrm.maps.choropleth import noun_of  # noqa: PLC0415
        from gcrm.maps.labels import number_text, value_text  # noqa: PLC0415
        from gcrm.maps.spots import describe_spots  # noqa: PLC0415

        rows = []
        for row in self.geo.sort_values("sure", ascending=False, na_position="last").to_dict("records"):
            value, state = row[self.measure.name], cast("State", row[f"{self.measure.name}_state"])
            facts = [(self.measure.title, value_text(None if pd.isna(value) else float(value), state, self.unit))]
            if pd.notna(row["spot"]):
                facts += [
                    ("Mean with neighbours", f"{number_text(row['around'], self.unit)} ({row['neighbours'] + 1})")
                ]
                facts += [("p by chance", p_text(row["p"]))]
            key = str(row[self.place])
            shape = row["geometry"] if outlines is None else outlines.get(key)
            spot = cast("Spot", row["spot"] if pd.notna(row["spot"]) else "none")
            sure = None if pd.isna(row["sure"]) else row["sure"]
            rows.append((key, str(row.get(f"{self.place}_name", key)), shape, spot, sure, state, tuple(facts)))
        return describe_spots(
            rows,
            title=self.measure.title,
            noun=noun_of(self.place),
            min_count=self._drawn["min_count"],
            note="; ".join(words.rstrip(".") for words in (self.sentence, *self.notes)),
            source=source,
        )

    def map(self) -> folium.Map:
        """Draw them as a folium map; what it saves opens without a network.

        Returns
        -------
        folium.Map
            The map, with a legend from the hottest to the coldest.
        """
        from gcrm.maps.render_folium import to_folium  # noqa: PLC0415 - folium is an option

        return to_folium(self.describe())


def hot_spots(
    geo: gpd.GeoDataFrame,
    place: Dimension,
    measure: Measure,
    *,
    metric_crs: str,
    neighbours: int | None = None,
    within_km: float | None = None,
    **drawn: Any,
) -> HotSpots:
    """Find the hot and cold spots of a measure.

    Parameters
    ----------
    geo
        One row per place, with the measure and its state.
    place
        The level or cells.
    measure
        A column of `geo`.
    metric_crs
        In which distances are measured.
    neighbours, within_km
        As in `Result.hot_spots`.
    **drawn
        `currency` and `min_count`, for the map.

    Returns
    -------
    HotSpots
        One row per place of `geo`.

    Raises
    ------
    QueryError
        If regions overlap, too few figures are known, or neighbours are declared twice or as nothing.
    """
    if place.kind == "area":
        msg = f"'{place.name}' may overlap, so that a place counts in several: hot spots need regions apart, or cells."
        raise QueryError(msg)
    values = pd.to_numeric(geo[measure.name]).to_numpy(float, na_value=np.nan)
    known = np.flatnonzero(np.isfinite(values) & (geo[f"{measure.name}_state"] == "known").to_numpy())
    if len(known) < _LEAST:
        msg = (
            f"{measure.title} is known of {len(known)} places, too few to tell chance from more: hot spots need "
            f"{_LEAST} or more. Ask for smaller regions, or for cells."
        )
        raise QueryError(msg)
    near = _pairs(geo.iloc[known], place, metric_crs, neighbours, within_km)
    found, told = local_g(values[known], near), geo.copy()
    spot, sure = _spots(found.z, found.p)
    columns: dict[str, Any] = {"neighbours": found.neighbours, "around": found.around, "z": found.z, "p": found.p}
    columns |= {"spot": spot, "sure": sure}
    rows = pd.DataFrame(columns, index=geo.index[known]).reindex(geo.index)
    told[list(columns)] = rows.assign(neighbours=rows["neighbours"].astype("Int64"))
    few = f"Of {len(known)} places alone little can be told." if len(known) < _MANY else ""
    crowd = "A sum is high where many live: a share or a rate tells more." if _is_sum(measure) else ""
    kept = int((geo[f"{measure.name}_state"] == "suppressed").sum())
    hidden = (
        f"{kept} places are withheld and count nowhere: small figures are missing, and chance is told without them."
    )
    notes = tuple(note for note in (few, crowd, hidden if kept else "") if note)
    return HotSpots(told, moran(values[known], near), measure, place.name, notes, drawn)


def p_text(p: float) -> str:
    """Write a chance as p values are written: three decimals, or below them."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _is_sum(measure: Measure) -> bool:
    return measure.kind in {"additive", "semi-additive", "distinct"}


def _pairs(
    geo: gpd.GeoDataFrame, place: Dimension, metric_crs: str, neighbours: int | None, within_km: float | None
) -> Pairs:
    """Return who is whose neighbour, as the words of `Result.hot_spots` say."""
    if neighbours is not None and within_km is not None:
        msg = "Neighbours are the nearest ones or those within a distance, not both: leave one of them out."
        raise QueryError(msg)
    if (neighbours is not None and neighbours < 1) or (within_km is not None and not within_km > 0):
        msg = "Neighbours are at least 1, and a distance is more than 0 km."
        raise QueryError(msg)
    if neighbours is None and within_km is None and place.kind == "cell":
        return cells_around(geo[place.name].tolist())
    there = geo.geometry.to_crs(metric_crs)
    if neighbours is None and within_km is None:
        return touching(there.to_numpy())
    middle = there.centroid
    at = np.column_stack([middle.x, middle.y])
    return within(at, within_km * 1000) if within_km is not None else nearest(at, cast("int", neighbours))


def _spots(z: NDArray[np.float64], p: NDArray[np.float64]) -> tuple[list[str], NDArray[np.float64]]:
    """Return what each place is, and how surely."""
    sure = np.full(len(p), np.nan)
    for chance in reversed(_CHANCES):
        sure[discoveries(p, chance)] = 1 - chance
    words = np.where(np.isnan(sure), "none", np.where(z > 0, "hot", "cold"))
    return words.tolist(), np.round(sure, 2)
