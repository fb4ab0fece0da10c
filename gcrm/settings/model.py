"""The whole of a gcrm.toml, checked."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from gcrm.errors import near
from gcrm.settings.building import Buildings, Residence
from gcrm.settings.crm import Crm
from gcrm.settings.cube import Cube
from gcrm.settings.geocode import Geocode
from gcrm.settings.limits import Limits
from gcrm.settings.linkage import Linkage
from gcrm.settings.release import Release
from gcrm.settings.retention import Snapshots
from gcrm.settings.roads import Roads
from gcrm.settings.source import Source
from gcrm.settings.trading import TradingArea, with_hierarchies
from gcrm.settings.words import MetricCrs, Strict, Word

#: Names that a level cannot have: in a query they are a measure, another dimension or a column of every result.
RESERVED = frozenset(
    [
        "customers",
        "buyers",
        "prospects",
        "revenue",
        "orders",
        "average_order",
        "units_sold",
        "interactions",
        "households",
        "penetration",
        "person_hours",
        "hours_observed",
        "persons",
        "footfall",
        "trips_out",
        "trips_in",
        "segment",
        "owner",
        "residence_type",
        "road_access",
        "drive_to_store",
        "residence_word",
        "building_use",
        "store",
        "channel",
        "hour",
        "day_type",
        "age",
        "sex",
        "visitor",
        "mode",
        "department",
        "category",
        "product",
        "year",
        "quarter",
        "month",
        "week",
        "day",
        "fiscal_year",
        "fiscal_quarter",
        "grouping",
        "others",
        "geometry",
    ]
)
#: What the operational store is called among the sources.
_STORE = "crm"


class Project(Strict):
    """`[project]`: what the project is and how it measures.

    Attributes
    ----------
    name
        Title shown in the dashboard.
    metric_crs
        Projected CRS in metres, used for lengths and areas.
    currency
        ISO 4217 code of every amount.
    """

    name: str = Field(min_length=1)
    metric_crs: MetricCrs
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")


class Privacy(Strict):
    """`[privacy]`: when a count is too small to show to someone without record rights.

    Attributes
    ----------
    min_count
        Counts of 1 to `min_count - 1` are suppressed.
    """

    min_count: int = Field(default=10, ge=2)


class Hierarchy(Strict):
    """`[hierarchies.NAME]`: levels of regions, largest first.

    Attributes
    ----------
    levels
        Names of the levels, largest first; a name occurs in one hierarchy only.
    title
        What to call the hierarchy in the dashboard; the name where absent.
    overlapping
        True where regions of one level may overlap (trading areas): a place belongs to every region that covers it.
    """

    levels: tuple[Word, ...] = Field(min_length=1)
    title: str = ""
    overlapping: bool = False


class Settings(Strict):
    """A whole gcrm.toml.

    Attributes
    ----------
    project, privacy, crm, cube, limits, snapshots, geocode, buildings, residence, roads
        The tables of the same name.
    linkage
        The table of the same name; without it, duplicates are not looked for.
    sources
        Sources by name.
    hierarchies
        Region hierarchies by name, in the order in which they are offered; each trading area has one of its name.
    trading_areas
        Trading areas to compute around every store, by name.
    releases
        Sets of tables that are given out, by name; one set of plain tables where the file declares none.
    cell_resolutions
        H3 resolutions of the cells that customers can be counted by, coarse to fine.
    """

    project: Project
    privacy: Privacy = Privacy()
    crm: Crm = Crm()
    cube: Cube = Cube()
    limits: Limits = Limits()
    snapshots: Snapshots = Snapshots()
    geocode: Geocode = Geocode()
    roads: Roads = Roads()
    buildings: Buildings = Buildings()
    residence: Residence = Residence()
    linkage: Linkage | None = None
    sources: dict[Word, Source] = Field(default_factory=dict)
    hierarchies: dict[Word, Hierarchy] = Field(default_factory=dict)
    trading_areas: dict[Word, TradingArea] = Field(default_factory=dict)
    releases: dict[Word, Release] = Field(default_factory=lambda: {"public": Release()})
    cell_resolutions: tuple[Annotated[int, Field(ge=0, le=15)], ...] = (8, 9)

    @model_validator(mode="before")
    @classmethod
    def _areas_are_levels(cls, raw: Any) -> Any:
        return with_hierarchies(raw)

    @model_validator(mode="after")
    def _levels_hold(self) -> Self:
        levels = [level for h in self.hierarchies.values() for level in h.levels]
        for level in levels:
            if level in RESERVED or level.startswith("h3_r"):
                msg = f"level '{level}' would mean two things in a query: the word is taken; choose another name"
                raise ValueError(msg)
            if levels.count(level) > 1:
                msg = f"level '{level}' stands in more than one place; a level belongs to one hierarchy"
                raise ValueError(msg)
        if _STORE in self.sources:
            msg = f"sources.{_STORE}: the operational store has this name; choose another"
            raise ValueError(msg)
        for name, source in self.sources.items():
            if source.level is not None and source.level not in levels:
                msg = f"sources.{name}.level: no hierarchy has a level '{source.level}'.{near(source.level, levels)}"
                raise ValueError(msg)
        for name in self.linkage.trust if self.linkage else ():
            if name not in self.sources:
                msg = f"linkage.trust: there is no source '{name}'.{near(name, self.sources)}"
                raise ValueError(msg)
        return self

    def of_kind(self, kind: str) -> dict[str, Source]:
        """Return the sources of one kind, by name, in the order of the file."""
        return {name: s for name, s in self.sources.items() if s.kind == kind}

    def hierarchy_of(self, level: str) -> str:
        """Return the name of the hierarchy that has `level`.

        Raises
        ------
        KeyError
            If no hierarchy has the level.
        """
        return {lv: name for name, h in self.hierarchies.items() for lv in h.levels}[level]
