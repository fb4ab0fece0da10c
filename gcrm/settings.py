"""The settings of a project: gcrm.toml, read and checked.

Every mistake is reported with the file, the key and the nearest valid word; the first ones found are shown together.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pyproj import CRS
from pyproj.exceptions import CRSError

from gcrm.columns import KINDS
from gcrm.errors import SettingsError, near

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

FILE_NAME = "gcrm.toml"
#: Names that a level cannot have: in a query they are a measure, another dimension or a column of every result.
RESERVED = frozenset(
    [
        "customers",
        "buyers",
        "prospects",
        "revenue",
        "orders",
        "average_order",
        "households",
        "penetration",
        "segment",
        "owner",
        "department",
        "year",
        "quarter",
        "month",
        "grouping",
        "geometry",
    ]
)


def _word(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", value):
        msg = "use lower-case letters, digits and underscores, starting with a letter"
        raise ValueError(msg)
    return value


def _kind(value: str) -> str:
    if value not in KINDS:
        msg = f"there is no kind of source called '{value}'.{near(value, KINDS)}"
        raise ValueError(msg)
    return value


def _crs(value: str) -> str:
    try:
        CRS.from_user_input(value)
    except CRSError:
        msg = f"'{value}' is no coordinate reference system; write it like 'EPSG:4326'"
        raise ValueError(msg) from None
    return value


def _metric(value: str) -> str:
    crs = CRS.from_user_input(_crs(value))
    if not crs.is_projected or {axis.unit_name for axis in crs.axis_info} != {"metre"}:
        msg = f"'{value}' ({crs.name}) does not measure in metres; choose a projected CRS in metres"
        raise ValueError(msg)
    return value


#: A name that becomes a table, column or level: lower case, so that it reads the same everywhere.
Word = Annotated[str, AfterValidator(_word)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Project(_Strict):
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
    metric_crs: Annotated[str, AfterValidator(_metric)]
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")


class Privacy(_Strict):
    """`[privacy]`: when a count is too small to show to someone without record rights.

    Attributes
    ----------
    min_count
        Counts of 1 to `min_count - 1` are suppressed.
    """

    min_count: int = Field(default=10, ge=2)


class Hierarchy(_Strict):
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


class Source(_Strict):
    """`[sources.NAME]`: a file, what it holds, and how its columns map.

    Attributes
    ----------
    kind
        What the rows are: a name of `columns.KINDS`.
    path
        File, relative to the project's folder.
    layer
        Layer within the file, for GeoPackage and other files that hold several.
    level
        Level of the regions or zone statistics; required for these two kinds, refused for others.
    crs
        CRS of geometry or lon/lat; required where the file does not state it and it is not WGS84.
    columns
        gcrm's column -> the file's column. Columns of the same name map by themselves.
    formats
        gcrm's column -> strptime format, for dates and timestamps that are not ISO 8601.
    statistics
        For wide zone statistics: name of the statistic -> the file's column.
    nulls
        gcrm's column -> words of the file that mean "not known" there (`0`, `N/A`); an empty text always does.
    as_of
        Reference day of zone statistics that have no column for it.
    valid_from, valid_to
        Validity of regions that have no column for it: first day valid, first day no longer valid.
    delimiter
        Field separator of a CSV file.
    """

    kind: Annotated[str, AfterValidator(_kind)]
    path: str = Field(min_length=1)
    layer: str | None = None
    level: Word | None = None
    crs: Annotated[str, AfterValidator(_crs)] | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    formats: dict[str, str] = Field(default_factory=dict)
    statistics: dict[Word, str] = Field(default_factory=dict)
    nulls: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    as_of: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    delimiter: str = Field(default=",", min_length=1, max_length=1)

    @model_validator(mode="after")
    def _fits_kind(self) -> Self:
        known = KINDS[self.kind].field_names
        for group in ("columns", "formats", "nulls"):
            for name in getattr(self, group):
                if name not in known:
                    msg = f"{group}: {self.kind} has no column '{name}'.{near(name, known)}"
                    raise ValueError(msg)
        leveled = self.kind in {"regions", "zone_statistics"}
        if leveled and self.level is None:
            msg = f"a source of {self.kind} must say its level"
            raise ValueError(msg)
        if not leveled and self.level is not None:
            msg = f"level has no meaning for a source of {self.kind}"
            raise ValueError(msg)
        only = {
            "statistics": "zone_statistics",
            "as_of": "zone_statistics",
            "valid_from": "regions",
            "valid_to": "regions",
        }
        for key, kind in only.items():
            if getattr(self, key) and self.kind != kind:
                msg = f"{key} has no meaning for a source of {self.kind}"
                raise ValueError(msg)
        return self


class Settings(_Strict):
    """A whole gcrm.toml.

    Attributes
    ----------
    project, privacy
        The tables of the same name.
    sources
        Sources by name.
    hierarchies
        Region hierarchies by name, in the order in which they are offered.
    cell_resolutions
        H3 resolutions of the cells that customers can be counted by, coarse to fine.
    """

    project: Project
    privacy: Privacy = Privacy()
    sources: dict[Word, Source] = Field(default_factory=dict)
    hierarchies: dict[Word, Hierarchy] = Field(default_factory=dict)
    cell_resolutions: tuple[Annotated[int, Field(ge=0, le=15)], ...] = (8, 9)

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
        for name, source in self.sources.items():
            if source.level is not None and source.level not in levels:
                msg = f"sources.{name}.level: no hierarchy has a level '{source.level}'.{near(source.level, levels)}"
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


def load(folder: Path) -> Settings:
    """Read and check the gcrm.toml of a project folder.

    Parameters
    ----------
    folder
        The project's folder.

    Returns
    -------
    Settings
        The checked settings.

    Raises
    ------
    SettingsError
        If the file is missing, is not TOML, or a key or value means nothing; the message lists each mistake.
    """
    path = folder / FILE_NAME
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        msg = f"There is no {FILE_NAME} in {folder}. Make a project with 'gcrm init', or name its folder."
        raise SettingsError(msg) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path} is not valid TOML: {error}."
        raise SettingsError(msg) from None
    try:
        return Settings.model_validate(raw)
    except ValidationError as error:
        lines = [_mistake(e) for e in error.errors()[:20]]
        msg = f"{path} needs mending:\n" + "\n".join(f"  {line}" for line in lines)
        raise SettingsError(msg) from None


def _mistake(error: ErrorDetails) -> str:
    """Say one mistake of pydantic's in the words of the file."""
    keys = [str(k) for k in error["loc"]]
    where = ".".join(keys)
    if error["type"] == "extra_forbidden":
        return f"{where}: there is no such key.{near(keys[-1], _known_keys(keys[:-1]))}"
    if error["type"] == "missing":
        return f"{where}: this key is missing."
    text = error["msg"].removeprefix("Value error, ")
    if where and not isinstance(error["input"], dict):
        text = f"found {error['input']!r}: {text[0].lower()}{text[1:]}"
    return f"{where}: {text}" if where else text


def _known_keys(parents: list[str]) -> list[str]:
    """Return the keys that may stand below `parents` in gcrm.toml."""
    if not parents:
        return list(Settings.model_fields)
    models: dict[str, type[_Strict]] = {
        "project": Project,
        "privacy": Privacy,
        "sources": Source,
        "hierarchies": Hierarchy,
    }
    model = models.get(parents[0])
    return list(model.model_fields) if model else []
