"""A project opened for reading: questions, regions and points over its newest snapshot.

ws = gcrm.open("acme")
ws.query(measures=["customers", "penetration"], by=["zone"], period="2017-Q1").frame
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import geopandas as gpd
import h3
import pyarrow as pa
import shapely

from gcrm import __version__, settings, sql
from gcrm.access.scope import LOCAL, Scope
from gcrm.cube.ask import Answer, ask, whole_range
from gcrm.cube.model import ATTRIBUTES, MEASURES, Dimension, Measure, dimensions
from gcrm.cube.query import PeriodWord, Totals, parse_period
from gcrm.cube.records import records
from gcrm.errors import ProjectError, QueryError, near
from gcrm.settings import Settings
from gcrm.warehouse import snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import folium
    import pandas as pd


@dataclass(frozen=True)
class Points:
    """Records that are known to the address, for a map.

    Attributes
    ----------
    table
        One row per record: id, name, segment, lon, lat, match_level.
    shown, total
        Rows in the table, and records that the filters leave in all.
    without_location
        Records among `total` whose address is not known to the point: they are in no map.
    """

    table: pa.Table
    shown: int
    total: int
    without_location: int


class Result:
    """What a question found, as a table, a frame, a map, and the SQL that made it.

    Attributes
    ----------
    answer
        The checked question, its SQL and its table.
    """

    def __init__(self, workspace: Workspace, answer: Answer) -> None:
        self._workspace = workspace
        self.answer = answer

    @property
    def table(self) -> pa.Table:
        """One row per member and total; see `cube.ask.Answer`."""
        return self.answer.table

    @property
    def sql(self) -> str:
        """The statement that made the table; its values are in `parameters`."""
        return self.answer.sql

    @property
    def parameters(self) -> dict[str, Any]:
        """Values of the `$name` parameters of `sql`."""
        return self.answer.parameters

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The table as a pandas frame; money becomes float."""
        table = self.table
        for i, column in enumerate(table.schema):
            if pa.types.is_decimal(column.type):
                table = table.set_column(i, column.name, table[column.name].cast(pa.float64()))
        frame: pd.DataFrame = table.to_pandas()
        return frame

    @cached_property
    def geo(self) -> gpd.GeoDataFrame:
        """The detail rows with the geometry of their region or cell, in WGS84; rows without a place are left out.

        Raises
        ------
        QueryError
            If the question is not grouped by a region level or by cells.
        """
        place = next((d for d in self.answer.query.by if d.is_place), None)
        if place is None:
            msg = "This result has no places: name a region level or cells, such as by=['h3_r8'], to map it."
            raise QueryError(msg)
        frame = self.frame
        if "grouping" in frame:
            frame = frame[frame["grouping"] == 0].drop(columns="grouping")
        frame = frame[frame[place.name].notna()].reset_index(drop=True)
        return gpd.GeoDataFrame(frame, geometry=self._workspace.shapes(place, list(frame[place.name])), crs="EPSG:4326")

    def map(self, measure: str | None = None) -> folium.Map:
        """Draw the result as a folium map; what it saves opens without a network.

        Parameters
        ----------
        measure
            Which measure to colour by; the first where null.

        Returns
        -------
        folium.Map
            The map, with a legend that keeps zero, unknown and suppressed apart.

        Raises
        ------
        QueryError
            If the result has no places, several figures per place, or not that measure.
        """
        from gcrm.maps.choropleth import from_frame, without_place  # noqa: PLC0415 - folium is an option
        from gcrm.maps.render_folium import to_folium  # noqa: PLC0415

        names = [m.name for m in self.answer.query.measures]
        name = measure or names[0]
        if name not in names:
            msg = f"This result has no measure '{name}'.{near(name, names)}"
            raise QueryError(msg)
        if len(self.answer.query.by) > 1:
            extra = ", ".join(f"'{d.name}'" for d in self.answer.query.by if not d.is_place)
            msg = f"A map shows one figure per place, and this result has several: leave out {extra or 'all but one'}."
            raise QueryError(msg)
        place = self.geo.columns[0]
        currency = self._workspace.settings.project.currency
        limit = self._workspace.settings.privacy.min_count
        note = without_place(self.frame, MEASURES[name], place, currency=currency, min_count=limit)
        return to_folium(from_frame(self.geo, MEASURES[name], place, currency=currency, min_count=limit, note=note))

    @property
    def receipt(self) -> dict[str, Any]:
        """What the figures rest on: their id, the SQL and its values, the snapshot and the code that answered."""
        return {
            "id": self.answer.id,
            "sql": self.sql,
            "parameters": {k: str(v) for k, v in self.parameters.items()},
            "snapshot": self._workspace.manifest.id,
            "gcrm": __version__,
        }

    def _repr_html_(self) -> str:
        return str(self.frame.to_html(max_rows=20, index=False, escape=True))


class Workspace:
    """A project opened for reading. Safe to use from several threads.

    Attributes
    ----------
    folder
        The project's folder.
    scope
        Who reads.
    settings
        The settings that the snapshot was built with.
    """

    def __init__(self, folder: Path, scope: Scope) -> None:
        self.folder = folder
        self.scope = scope
        self._lock = threading.Lock()
        self._con, self.manifest = _open(folder)
        self.settings = Settings.model_validate(self.manifest.settings)

    def refresh(self) -> bool:
        """Move to the newest snapshot; queries under way finish on the one they began with.

        Returns
        -------
        bool
            True where there was a newer one.
        """
        with self._lock:
            newest = snapshot.newest(self.folder)
            if newest is None or newest.sequence == self.manifest.sequence:
                return False
            self._con, self.manifest = _open(self.folder)
            self.settings = Settings.model_validate(self.manifest.settings)
            return True

    @property
    def measures(self) -> dict[str, Measure]:
        """Every measure by name, in the order in which they are offered."""
        return dict(MEASURES)

    @property
    def dimensions(self) -> dict[str, Dimension]:
        """Everything figures can be grouped by."""
        return dimensions(self.settings)

    @property
    def period_range(self) -> tuple[date, date]:
        """First and last day of the project's orders."""
        days = whole_range(self.cursor())
        return days.first, days.last

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a connection of its own over the snapshot, for one thread."""
        return self._con.cursor()

    def values(self, dimension: str) -> list[str]:
        """Return the known members of an attribute, or the identifiers of a region level, in order.

        Raises
        ------
        QueryError
            If there is no such attribute or level.
        """
        tables = {"segment": "dim_segment", "owner": "dim_owner", "department": "dim_product"}
        if dimension in ATTRIBUTES:
            column = ATTRIBUTES[dimension]
            text = f"SELECT DISTINCT {column} FROM warehouse.{tables[dimension]} WHERE {column} IS NOT NULL ORDER BY 1"
            return [v for (v,) in self.cursor().execute(text).fetchall()]
        self._level(dimension)
        text = "SELECT region_id FROM cube.current_region WHERE level = $level ORDER BY 1"
        return [v for (v,) in self.cursor().execute(text, {"level": dimension}).fetchall()]

    def query(
        self,
        measures: Sequence[str],
        by: Sequence[str] = (),
        where: Mapping[str, str | Sequence[str | None] | None] | None = None,
        period: PeriodWord = None,
        *,
        totals: bool | Totals = False,
    ) -> Result:
        """Ask for figures.

        Parameters
        ----------
        measures
            Names of measures; `ws.measures` lists them.
        by
            Region levels, cells (`h3_r8`), `segment`, `owner`, `department`, `year`, `quarter`, `month`.
        where
            Dimension -> the member, or members, that count; None is the unknown member.
        period
            `2017`, `2017-Q1`, `2017-03`, a pair of days, or None for everything.
        totals
            True adds the totals of every prefix of `by`; `cube` those of every subset. Column `grouping` is 0 in
            detail rows and has a bit for each dimension that is totalled.

        Returns
        -------
        Result
            The figures, and what can be made of them.

        Raises
        ------
        QueryError
            If a word is not known; the message names the nearest one that is.
        """
        wanted: Totals = ("rollup" if totals else "none") if isinstance(totals, bool) else totals
        answer = ask(
            self.cursor(),
            settings=self.settings,
            scope=self.scope,
            measures=measures,
            by=by,
            where=where,
            period=period,
            totals=wanted,
        )
        return Result(self, answer)

    def regions(
        self, level: str, within: Mapping[str, str] | None = None, tolerance_m: float | None = None
    ) -> gpd.GeoDataFrame:
        """Return the regions of a level as they are today.

        Parameters
        ----------
        level
            Name of the level.
        within
            Level -> identifier of the region that they must lie below, in the same hierarchy.
        tolerance_m
            Simplify borders by up to this many metres, neighbours alike; null leaves them exact.

        Returns
        -------
        gpd.GeoDataFrame
            One row per region: region_id, name, parent_level, parent_id, geometry (EPSG:4326).

        Raises
        ------
        QueryError
            If there is no such level.
        """
        self._level(level)
        inside = ""
        values: dict[str, Any] = {"level": level}
        for i, (name, region) in enumerate((within or {}).items()):
            self._level(name)
            values |= {f"level_{i}": name, f"region_{i}": region}
            inside += (
                f" AND p.{sql.identifier(name)} IN (SELECT region_key FROM cube.current_region"
                f" WHERE level = $level_{i} AND region_id = $region_{i})"
            )
        path = " JOIN cube.region_path AS p ON p.region_key = c.region_key" if inside else ""
        table = (
            self.cursor()
            .execute(
                "SELECT d.region_id, d.name, d.parent_level, d.parent_id, d.geometry FROM cube.current_region AS c"
                f"{path} JOIN warehouse.dim_region AS d ON d.region_key = c.region_key"
                f" WHERE c.level = $level{inside} ORDER BY d.region_id",
                values,
            )
            .to_arrow_table()
        )
        frame = table.drop_columns(["geometry"]).to_pandas()
        shapes = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
        result = gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")
        return result if tolerance_m is None else self._simplified(result, tolerance_m)

    def points(
        self,
        kind: str = "customers",
        where: Mapping[str, str | Sequence[str | None] | None] | None = None,
        period: PeriodWord = None,
        limit: int = 2000,
    ) -> Points:
        """Return the customers or prospects of a filter as points, those only whose address is known to the point.

        Parameters
        ----------
        kind
            `customers` or `prospects`, active at the end of the period.
        where, period
            As in `query`.
        limit
            Most points to return; the first by id.

        Returns
        -------
        Points
            The points, and how many are not among them.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known.
        """
        table, total, without = records(
            self.cursor(),
            settings=self.settings,
            scope=self.scope,
            kind=kind,
            where=where,
            period=period,
            limit=limit,
        )
        return Points(table, table.num_rows, total, without)

    def shapes(self, place: Dimension, members: Sequence[str]) -> list[shapely.Geometry | None]:
        """Return the geometry of each member of a place dimension, in WGS84."""
        if place.kind == "cell":
            return [shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(m)]) for m in members]
        regions = self.regions(place.name)
        found = dict(zip(regions["region_id"], regions.geometry, strict=True))
        return [found.get(m) for m in members]

    def period(self, word: PeriodWord) -> tuple[date, date]:
        """Return the first and last day of a period as `query` understands it."""
        days = parse_period(word, whole_range(self.cursor()))
        return days.first, days.last

    def _level(self, name: str) -> Dimension:
        levels = {n: d for n, d in self.dimensions.items() if d.kind in {"region", "area"}}
        if name not in levels:
            msg = f"There is no region level '{name}'.{near(name, levels)}"
            raise QueryError(msg)
        return levels[name]

    def _simplified(self, regions: gpd.GeoDataFrame, tolerance_m: float) -> gpd.GeoDataFrame:
        """Simplify shared borders once, so that neighbours still meet."""
        metric = regions.to_crs(self.settings.project.metric_crs)
        shapes = metric.geometry.to_numpy()
        if shapely.coverage_is_valid(shapes):
            simple = shapely.coverage_simplify(shapes, tolerance_m)
        else:
            simple = shapely.simplify(shapes, tolerance_m)
        return metric.set_geometry(gpd.GeoSeries(simple, index=metric.index, crs=metric.crs)).to_crs("EPSG:4326")


def open_workspace(folder: str | Path, scope: Scope = LOCAL) -> Workspace:
    """Open the newest snapshot of a project for reading.

    Parameters
    ----------
    folder
        The project's folder.
    scope
        Who reads; the local user sees everything.

    Returns
    -------
    Workspace
        The opened project.

    Raises
    ------
    ProjectError
        If the folder is no project, or nothing is published yet.
    SettingsError
        If its gcrm.toml needs mending.
    """
    return Workspace(Path(folder).expanduser().resolve(), scope)


def _open(folder: Path) -> tuple[duckdb.DuckDBPyConnection, snapshot.Manifest]:
    """Attach the newest snapshot; try again when it was replaced and pruned in between."""
    for _ in range(5):
        manifest = snapshot.newest(folder)
        if manifest is None:
            settings.load(folder)  # says what is wrong where the folder is no project at all
            msg = f"Nothing is published in {folder} yet. Run 'gcrm build {folder}' first."
            raise ProjectError(msg)
        con = sql.connect(spatial=True)
        try:
            snapshot.attach(con, folder, manifest)
        except duckdb.IOException:
            con.close()
            continue
        return con, manifest
    msg = f"The snapshots of {folder} change faster than they can be opened. Try again when the build is done."
    raise ProjectError(msg)
