"""A project opened for reading: questions, regions and points over its newest snapshot.

ws = gcrm.open("acme")
ws.query(measures=["customers", "penetration"], by=["zone"], period="2017-Q1").frame
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gcrm.crm import local_actor, open_store
from gcrm.cube import places
from gcrm.cube.area import in_words
from gcrm.cube.ask import ask, explain
from gcrm.cube.overlap import overlap
from gcrm.cube.query import parse_period
from gcrm.cube.question import AreaWords, GeographyWord, PeriodWord, Question, Top, Totals, Where
from gcrm.cube.residence import decide
from gcrm.cube.uncertainty import uncertainty
from gcrm.result import Result
from gcrm.rows import Rows
from gcrm.warehouse.statement import Bounds, select
from gcrm.workspace.duplicates import Duplicates
from gcrm.workspace.homes import Homes
from gcrm.workspace.opened import Opened
from gcrm.workspace.planning import Planning
from gcrm.workspace.records import Records
from gcrm.workspace.replay import Replay, replay
from gcrm.workspace.review import Review
from gcrm.workspace.tools import Tools

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import geopandas as gpd
    import pyarrow as pa
    import shapely

    from gcrm.crm import Residence, Store
    from gcrm.crm.record import ResidenceType
    from gcrm.cube.model import Dimension
    from gcrm.warehouse.reader import Reader


class Workspace(Opened, Records, Homes, Planning, Tools):
    """A project opened for reading: all that can be asked of it. Safe to use from several threads."""

    @cached_property
    def crm(self) -> Store:
        """The project's operational store, made when it is first asked for."""
        return open_store(self.folder, self.settings)

    @cached_property
    def duplicates(self) -> Duplicates:
        """Records that are one party, or may be, and what people decide about them."""
        return Duplicates(self)

    @cached_property
    def review(self) -> Review:
        """Addresses that wait for a person, and what people decide about them."""
        return Review(self)

    def decide_residence(self, building_id: str, residence_type: ResidenceType, units: int | None = None) -> Residence:
        """Say what type of residence a building is, and how many units it has; it counts from the next build on.

        Parameters
        ----------
        building_id
            The building, as `buildings` names it.
        residence_type
            Its type; `none` where nobody lives there.
        units
            Dwelling units; null leaves what is known otherwise.

        Returns
        -------
        Residence
            The decision as the operational store keeps it.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If the scope sees no such building.
        RecordError
            If the type is none that there is, or units are negative.
        """
        return decide(self.reader, self.crm, building_id, residence_type, units, scope=self.scope, actor=local_actor())

    def values(self, dimension: str) -> list[str]:
        """Return the known members of an attribute, or the identifiers of a region level, in order.

        Raises
        ------
        QueryError
            If there is no such attribute or level.
        """
        return places.members(self.reader, dimension)

    def query(  # noqa: PLR0913 - the words of a question, each with a default
        self,
        measures: str | Sequence[str],
        by: str | Sequence[str] = (),
        where: Where | None = None,
        period: PeriodWord = None,
        *,
        totals: bool | Totals = False,
        having: str | Sequence[str] = (),
        top: Top | int | None = None,
        geography: GeographyWord = "as is",
        area: AreaWords | Sequence[AreaWords] = (),
    ) -> Result:
        """Ask for figures.

        Parameters
        ----------
        measures
            Names of measures (`ws.measures` lists them), or formulas over them: `revenue / customers`,
            `share_of_parent(revenue)`, `growth(buyers)`; one alone needs no list, also of `by` and `having`.
        by
            Region levels, cells (`h3_r8`), attributes and periods; `ws.dimensions` lists them.
        where
            Dimension -> the member, or members, that count; None is the unknown member.
        period
            `2017`, `2017-Q1`, `2017-03`, a pair of days, or None for everything.
        totals
            True adds the totals of every prefix of `by`; `cube` those of every subset. Column `grouping` is 0 in
            detail rows and has a bit for each dimension that is totalled.
        having
            Conditions such as `customers >= 10`: detail rows that do not meet all of them are left out.
        top
            Only the members with the largest figures: how many, or a `Top` that says more.
        geography
            `as is` (today's regions), `as was` (those of each event's day), a day (those of that day), a `Scenario`, or
            `scenario NAME` (one of `ws.scenarios`).
        area
            A spatial filter, or several that a place must all meet, such as `{"within": shape}` or
            `{"near": {"store": "S1"}, "distance_m": 500}`; see `gcrm.cube.area`.

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
        shown = Top(top) if isinstance(top, int) else top
        areas = (area,) if isinstance(area, Mapping) else tuple(area)
        drawn = tuple(in_words(words) for words in areas)
        listed = [(words,) if isinstance(words, str) else tuple(words) for words in (measures, by, having)]
        question = Question(listed[0], listed[1], where or {}, period, wanted, listed[2], shown, geography, drawn)
        return self.ask(question)

    def ask(self, question: Question, reader: Reader | None = None) -> Result:
        """Ask a question that was written down: see `question.from_words`.

        Parameters
        ----------
        question
            The question in words.
        reader
            The snapshot that answers; the one that is open where null.

        Returns
        -------
        Result
            The figures, and what can be made of them.

        Raises
        ------
        QueryError
            If a word is not known.
        """
        reader = reader or self.reader
        if isinstance(question.geography, str) and question.geography.strip().lower().startswith("scenario "):
            question = self.scenarios.asked(question)
        ground = self._ground(reader)
        answer = ask(reader.cursor(), question, settings=reader.settings, scope=self.scope, ground=ground)
        self._asked.note(answer.plan)
        return Result(reader, answer, self)

    def explain(self, question: Question) -> pa.Table:
        """Say where each figure of a question would be taken from, and why, without asking it.

        Parameters
        ----------
        question
            The question in words.

        Returns
        -------
        pa.Table
            As of `Result.explain`; empty without record rights.
        """
        return explain(self.cursor(), question, settings=self.settings, scope=self.scope)

    def replay(self, id: str) -> Replay:  # noqa: A002 - the word of every table here
        """Ask again for the figures of a receipt.

        Parameters
        ----------
        id
            Id of a receipt that was kept with an export or by `result.save_receipt`.

        Returns
        -------
        Replay
            Whether the figures are the same, and what is otherwise: data, boundaries, model, code, or erased inputs.

        Raises
        ------
        QueryError
            If no receipt has this id.
        """
        return replay(self, id)

    def overlap(
        self,
        level: str,
        members: Sequence[str],
        measures: Sequence[str] = ("customers",),
        where: Where | None = None,
        period: PeriodWord = None,
    ) -> pa.Table:
        """Compare overlapping regions: their union, what each has alone, and what every two share.

        Parameters
        ----------
        level
            A level whose regions may overlap.
        members
            Identifiers of its regions, at most 20.
        measures
            Names of measures, or formulas over them.
        where, period
            As in `query`.

        Returns
        -------
        pa.Table
            One row per part: `part` (`union`, `exclusive`, `overlap`), `first`, `second`, measures and their states;
            see `gcrm.cube.overlap`.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known, the level cannot overlap, or there are too many members.
        """
        return overlap(self.reader, level, members, measures, scope=self.scope, where=where, period=period)

    def sql(self, text: str, values: Mapping[str, Any] | None = None, bounds: Bounds | None = None) -> Rows:
        """Run an SQL statement over the snapshot, in a process of its own that reads nothing else.

        Parameters
        ----------
        text
            One SELECT; tables are addressed by their stage, such as `warehouse.fact_order`.
        values
            Values of its `$name` parameters.
        bounds
            Most memory, time, rows and size; 2 GB, 60 s, a million rows and 512 MB where null.

        Returns
        -------
        Rows
            What it found.

        Raises
        ------
        AccessError
            If the scope may not see every record of every region.
        QueryError
            If the statement is refused (the message says where), or takes or gives too much.
        """
        reader = self.reader
        table = select(self.folder, reader.manifest, text, values, scope=self.scope, bounds=bounds)
        return Rows(reader, table, text, values or {})

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
            If there is no such level, or `within` names one of another hierarchy.
        """
        return places.regions(self.reader, level, within, tolerance_m)

    def uncertainty(
        self,
        level: str,
        kind: str = "customers",
        where: Mapping[str, str | Sequence[str | None] | None] | None = None,
        period: PeriodWord = None,
    ) -> pa.Table:
        """Return, for each region of a level, how many of its customers might belong next door.

        Parameters
        ----------
        level
            Name of the level.
        kind
            `customers` or `prospects`, active at the end of the period.
        where, period
            As in `query`.

        Returns
        -------
        pa.Table
            One row per region: region_id, name, records, up_to, expected; see `gcrm.cube.uncertainty`.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known.
        """
        return uncertainty(self.reader, level, scope=self.scope, kind=kind, where=where, period=period)

    def shapes(self, place: Dimension, members: Sequence[str]) -> list[shapely.Geometry | None]:
        """Return the geometry of each member of a place dimension, in WGS84."""
        return places.shapes(self.reader, place, members)

    def period(self, word: PeriodWord) -> tuple[date, date]:
        """Return the first and last day of a period as `query` understands it."""
        days = parse_period(word, self._ground(self.reader).whole)
        return days.first, days.last
