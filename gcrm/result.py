"""What a question found, and what can be made of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from gcrm import exports
from gcrm.cube import operation
from gcrm.cube.ask import ask
from gcrm.cube.explain import origins_table
from gcrm.cube.ground import whole_range
from gcrm.cube.model import model_of
from gcrm.cube.pivot import Pivot, pivot
from gcrm.cube.places import shapes
from gcrm.cube.through import Behind, through
from gcrm.errors import QueryError, near
from gcrm.frame import of_table, with_shapes
from gcrm.receipt import receipt_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import folium
    import geopandas as gpd
    import pandas as pd
    import pyarrow as pa

    from gcrm.cube.ask import Answer
    from gcrm.cube.model import Dimension, Measure, Model
    from gcrm.cube.query import Period
    from gcrm.cube.question import Question
    from gcrm.exports.project import Project
    from gcrm.hot_spots import HotSpots
    from gcrm.warehouse.reader import Reader


class Result:
    """What a question found, as a table, a frame, a map, the SQL that made it, and the way to the next question.

    Attributes
    ----------
    answer
        The checked question, its SQL and its table.
    """

    def __init__(self, reader: Reader, answer: Answer, project: Project) -> None:
        self._reader = reader
        self._project = project
        self._scope = project.scope
        self.answer = answer

    @property
    def question(self) -> Question:
        """The question in words; `question.words()` can be stored and asked again."""
        return self.answer.question

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

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader has to know of the figures, such as that a travel time is an estimate."""
        return self.answer.notes

    def explain(self) -> pa.Table:
        """Say where each figure was taken from, and why.

        Returns
        -------
        pa.Table
            One row per measure that was taken, and set of dimensions: measure, by, of (empty for the row's own
            records, else such as `previous`), source (a cuboid, or `facts`), why.
        """
        return origins_table(self.answer.origins)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The table as a pandas frame; money becomes float."""
        return of_table(self.table)

    @cached_property
    def geo(self) -> gpd.GeoDataFrame:
        """The detail rows with the geometry of their region or cell, in WGS84; rows without a place are left out.

        Raises
        ------
        QueryError
            If the question is not grouped by a region level or by cells.
        """
        place = self._place
        frame = self.frame
        if "grouping" in frame:
            frame = frame[frame["grouping"] == 0].drop(columns="grouping")
        frame = frame[frame[place.name].notna()].reset_index(drop=True)
        geometry = shapes(self._reader, place, list(frame[place.name]), self.answer.geography)
        return with_shapes(frame, geometry)

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

        chosen, place = self._drawn(measure)
        currency = self._reader.settings.project.currency
        limit = self._reader.settings.privacy.min_count
        note = without_place(self.frame, chosen, place.name, currency=currency)
        return to_folium(from_frame(self.geo, chosen, place.name, currency=currency, min_count=limit, note=note))

    def hot_spots(
        self, measure: str | None = None, *, neighbours: int | None = None, within_km: float | None = None
    ) -> HotSpots:
        """Find the places around which a measure is high, or low, beyond what chance would do (Getis and Ord's Gi*).

        Neighbours are regions that touch, or cells side by side. Figures that are not known count nowhere. Places are
        tested all at once: what is told at 95 % are as many places that at most 5 of 100 of them are chance.

        Parameters
        ----------
        measure
            Which measure; the first where null.
        neighbours
            So many nearest places count as neighbours instead.
        within_km
            Places whose middle is as near as that count as neighbours instead.

        Returns
        -------
        HotSpots
            Each place with its Gi*, and Moran's I of all of them; `map()` draws them.

        Raises
        ------
        QueryError
            If the result has no places, several figures per place, not that measure, or not all places; if its regions
            may overlap, or too few figures are known.
        """
        from gcrm.hot_spots import hot_spots  # noqa: PLC0415 - statistics take long to load

        chosen, place = self._drawn(measure)
        if self.question.top or self.question.having:
            msg = "Hot spots need every place beside its neighbours: leave out the top members and the conditions."
            raise QueryError(msg)
        project, limit = self._reader.settings.project, self._reader.settings.privacy.min_count
        return hot_spots(
            self.geo,
            place,
            chosen,
            metric_crs=project.metric_crs,
            neighbours=neighbours,
            within_km=within_km,
            currency=project.currency,
            min_count=limit,
        )

    def _drawn(self, measure: str | None) -> tuple[Measure, Dimension]:
        """Return the measure and the places of a map, which has one figure for each of them."""
        known = {m.name: m for m in self.answer.query.measures}
        name = measure or next(iter(known))
        if name not in known:
            msg = f"This result has no measure '{name}'.{near(name, known)}"
            raise QueryError(msg)
        by = self.answer.query.by
        if len(by) > 1:
            extra = ", ".join(f"'{d.name}'" for d in by if not d.is_place)
            msg = f"A map shows one figure per place, and this result has several: leave out {extra or 'all but one'}."
            raise QueryError(msg)
        return known[name], self._place

    @property
    def _place(self) -> Dimension:
        """The level or cells that the result is grouped by."""
        place = next((d for d in self.answer.query.by if d.is_place), None)
        if place is None:
            msg = "This result has no places: name a region level or cells, such as by=['h3_r8'], to map it."
            raise QueryError(msg)
        return place

    def drill_down(self, dimension: str, member: str | None) -> Result:
        """Look into one member of a dimension: the level below takes its place, and only that member counts.

        Parameters
        ----------
        dimension
            One of the result's dimensions that has a level below.
        member
            Which member; null is the unknown one.

        Returns
        -------
        Result
            What the next question found, on the same snapshot.

        Raises
        ------
        QueryError
            If the result has no such dimension or member, or nothing lies below.
        """
        return self._ask(operation.drill_down(self.question, dimension, member, self._model, self._whole))

    def drill_up(self, dimension: str) -> Result:
        """Step back: the level above takes a dimension's place, with all of its members; at the top it goes.

        Parameters
        ----------
        dimension
            One of the result's dimensions.

        Returns
        -------
        Result
            What the next question found, on the same snapshot.

        Raises
        ------
        QueryError
            If the result has no such dimension.
        """
        return self._ask(operation.drill_up(self.question, dimension, self._model))

    def pivot(self, rows: str | Sequence[str], columns: str | Sequence[str], measure: str | None = None) -> Pivot:
        """Lay one measure out by some dimensions down the side and others across the top.

        Parameters
        ----------
        rows, columns
            Names of dimensions, the result's or others.
        measure
            Which measure; the first where null.

        Returns
        -------
        Pivot
            The pivot table; with totals where the question has them.

        Raises
        ------
        QueryError
            If a word is not known.
        """
        side, top = ((names,) if isinstance(names, str) else tuple(names) for names in (rows, columns))
        measure = measure or self.question.measures[0]
        wanted = operation.regrouped(self.question, (*side, *top), (measure,))
        found = self if wanted == self.question else self._ask(wanted)
        return pivot(found.table, found.question, side, top)

    def records(self, row: int | Mapping[str, Any], measure: str | None = None, *, limit: int = 1000) -> Behind:
        """List the customers, prospects, orders or contacts behind one row.

        Parameters
        ----------
        row
            Number of the row, or its members: dimension -> member.
        measure
            Whose records; those of the first measure where null.
        limit
            Most records to list.

        Returns
        -------
        Behind
            The records, each with its part of the figure, and how many there are.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If there is no such row, or the measure is not counted from records.
        """
        if isinstance(row, int) and not 0 <= row < self.table.num_rows:
            msg = f"There is no row {row}: the result has {self.table.num_rows}, counted from 0."
            raise QueryError(msg)
        members = self.table.slice(row, 1).to_pylist()[0] if isinstance(row, int) else row
        asked = operation.regrouped(self.question, self.question.by, (measure or self.question.measures[0],))
        wanted = operation.behind(asked, members, self._model, self._whole)
        con, settings = self._reader.cursor(), self._reader.settings
        return through(con, wanted, settings=settings, scope=self._scope, limit=limit, by=asked.by)

    @property
    def _model(self) -> Model:
        return model_of(self._reader.settings)

    @property
    def _whole(self) -> Period:
        return whole_range(self._reader.cursor())

    def _ask(self, question: Question) -> Result:
        """Ask of the same snapshot, for the same reader."""
        answer = ask(self._reader.cursor(), question, settings=self._reader.settings, scope=self._scope)
        return Result(self._reader, answer, self._project)

    @property
    def receipt(self) -> dict[str, Any]:
        """What the figures rest on: their id, the question in words, hashes of answer, data, model and code."""
        return receipt_of(self._reader, self.answer, self._scope)

    def save_receipt(self, *, actor: str | None = None) -> str:
        """Keep the receipt in the operational store, so that the figures can be asked for again.

        Parameters
        ----------
        actor
            Who keeps it; the user of this machine where null.

        Returns
        -------
        str
            Its id, for `gcrm replay` and `ws.replay`.

        Raises
        ------
        StoreError
            If the store cannot be written.
        """
        return str(exports.keep(self._project, self, actor=actor).receipt["id"])

    def _repr_html_(self) -> str:
        return str(self.frame.to_html(max_rows=20, index=False, escape=True))
