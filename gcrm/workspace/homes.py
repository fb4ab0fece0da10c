"""The buildings of a workspace: who is in them, which are leads, and what kinds of homes customers live in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from gcrm.analysis.profile import profile
from gcrm.cube.building import buildings, choose

if TYPE_CHECKING:
    import geopandas as gpd
    import pyarrow as pa

    from gcrm.access.scope import Scope
    from gcrm.analysis.twin import Likeness
    from gcrm.cube.building import Where
    from gcrm.cube.question import PeriodWord
    from gcrm.warehouse.reader import Reader


class Homes:
    """What a workspace says of buildings.

    Attributes
    ----------
    reader
        The snapshot, opened.
    scope
        Who reads; it needs record rights.
    """

    reader: Reader
    scope: Scope
    #: The last question about all buildings, and its answer: the next one is often about another region of the same.
    _compared: tuple[object, pa.Table] | None = None

    def buildings(
        self,
        where: Where | None = None,
        period: PeriodWord = None,
        *,
        months: int = 6,
        likeness: Likeness | None = None,
    ) -> pa.Table:
        """List buildings with their customers, penetration and twins; the largest leads come first.

        Parameters
        ----------
        where
            Level of regions, `residence_type`, `building_use`, `residence_word`, `stand` or `building_id` -> the member
            or members that count. Twins are sought among all buildings of the scope.
        period
            Its last day is the one on which customers must be active; the data's last day where null.
        months
            Over how many months before that `change` is counted.
        likeness
            When two buildings are twins.

        Returns
        -------
        pa.Table
            One row per building: what is known of it (see `gcrm.cube.building.buildings`), customers, prospects,
            change, penetration (customers by units), twins, twin_penetration, expected and lead; see
            `gcrm.analysis.twin`.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known.
        """
        from gcrm.analysis.twin import Likeness, with_twins  # noqa: PLC0415 (scipy takes long to import, and few need it)

        reader, asked = self.reader, (self.reader.manifest.id, self.scope, period, months, likeness)
        if self._compared is None or self._compared[0] != asked:
            every = buildings(reader, scope=self.scope, period=period, months=months)
            self._compared = asked, with_twins(every, reader.settings.project.metric_crs, likeness or Likeness())
        found = self._compared[1]
        if where:
            chosen = choose(reader, scope=self.scope, where=where)
            text = f"SELECT b.building_key FROM enrich.building AS b WHERE {chosen.condition}"
            keys = reader.cursor().execute(text, chosen.values).to_arrow_table()["building_key"]
            found = found.filter(pc.is_in(found["building_key"], keys))
        order = [("lead", "descending"), ("customers", "descending"), ("building_id", "ascending")]
        return found.sort_by(order)

    def profile(
        self,
        by: str = "residence_type",
        *,
        base: str = "units",
        kind: str = "customers",
        where: Where | None = None,
        period: PeriodWord = None,
    ) -> pa.Table:
        """Hold customers by the type of their homes against the homes there are; 100 is average.

        Parameters
        ----------
        by
            `residence_type`, `building_use` or `residence_word`.
        base
            `units` or `buildings`, of the same regions.
        kind
            `customers` or `prospects`, active at the end of the period.
        where, period
            As in `points`; filters that are no regions choose customers alone.

        Returns
        -------
        pa.Table
            One row per member with its index and the 95 % interval of that; see `gcrm.analysis.profile`.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known.
        """
        return profile(self.reader, scope=self.scope, by=by, base=base, kind=kind, where=where, period=period)

    def form(self, resolution: int, where: Where | None = None) -> pa.Table:
        """Measure density and form of the city per H3 cell.

        Parameters
        ----------
        resolution
            H3 resolution, 0 to 15.
        where
            As in `buildings`.

        Returns
        -------
        pa.Table
            One row per cell with buildings: coverage, floor area ratio, mean height, shares of types; see
            `gcrm.analysis.form`.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known, or the resolution is none.
        """
        from gcrm.analysis.form import form  # noqa: PLC0415 (scipy takes long to import, and few need it)

        return form(self.reader, resolution, scope=self.scope, where=where)

    def building_cells(self, resolution: int, where: Where | None = None, period: PeriodWord = None) -> pa.Table:
        """Sum up buildings and their customers per H3 cell.

        Parameters
        ----------
        resolution
            H3 resolution, 0 to 15.
        where, period
            As in `buildings`.

        Returns
        -------
        pa.Table
            One row per cell with buildings: units, customers, prospects, penetration, the most frequent type; see
            `gcrm.cube.building_cell`.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known, or the resolution is none.
        """
        from gcrm.cube.building_cell import building_cells  # noqa: PLC0415 - few questions draw anything

        return building_cells(self.reader, resolution, scope=self.scope, where=where, period=period)

    def footprints(self, keys: list[int]) -> gpd.GeoDataFrame:
        """Return the outlines of buildings.

        Parameters
        ----------
        keys
            Numbers of buildings, as `buildings` lists them.

        Returns
        -------
        geopandas.GeoDataFrame
            One row per building that has one: building_key, stand, geometry (EPSG:4326: a footprint, or the parcel that
            stands for it; points of addresses have a point).

        Raises
        ------
        AccessError
            If the scope has no record rights.
        """
        from gcrm.cube.footprint import footprints  # noqa: PLC0415 - few questions draw anything

        return footprints(self.reader, keys, scope=self.scope)
