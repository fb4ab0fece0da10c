"""A source of gcrm.toml: what is read, what it holds, and how it maps onto the columns of gcrm."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from gcrm.columns import KINDS
from gcrm.errors import near
from gcrm.settings.words import Crs, Strict, Word


def _kind(value: str) -> str:
    if value not in KINDS:
        msg = f"there is no kind of source called '{value}'.{near(value, KINDS)}"
        raise ValueError(msg)
    return value


class Source(Strict):
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
    crs: Crs | None = None
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
