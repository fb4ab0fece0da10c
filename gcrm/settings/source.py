"""A source of gcrm.toml: what is read, what it holds, and how it maps onto the columns of gcrm."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, field_serializer, model_validator

from gcrm.columns import KINDS
from gcrm.errors import near
from gcrm.settings.contract import Contract, check_columns
from gcrm.settings.origin import CHANGE_COLUMNS, HIDDEN_URL, Database, Encoding, check_load, check_origin
from gcrm.settings.words import Crs, Strict, Word

#: Kinds whose places are regions of the source's level, or stations where it names none.
LEVEL_OPTIONAL = frozenset({"movements", "floating_populations"})

#: What the choice of a store tells besides attractions; its floor area is `size`.
TAKEN = frozenset({"size", "competition", "decay", "decay_steepness", "decay_midpoint", "outside"})


def _kind(value: str) -> str:
    if value not in KINDS:
        msg = f"there is no kind of source called '{value}'.{near(value, KINDS)}"
        raise ValueError(msg)
    return value


class Source(Strict):
    """`[sources.NAME]`: files or a table of a database, what they hold, and how their columns map.

    Attributes
    ----------
    kind
        What the rows are: a name of `columns.KINDS`.
    path
        File, relative to the project's folder, or a pattern of files whose columns have the same names (`orders-*.csv`,
        `**/orders.parquet`); they are read in the order of their names.
    encoding
        Encoding of text files, such as `cp949`; where absent, a byte-order mark decides, and without one it is UTF-8.
    sheet
        Sheet of a spreadsheet that has several.
    database
        URL of a PostgreSQL database to read from instead of a file, such as `postgresql://user@host/name`. It holds no
        password: that comes from the environment (PGPASSWORD), from ~/.pgpass or from a service file.
    table
        Table or view of the database, such as `sales.customers`; names with capitals stand in double quotes.
    query
        SELECT to run in the database instead of reading a table.
    load
        `full`: the files or the table hold all rows, each once. `changes`: their rows are changes, of which the latest
        per key counts.
    changed_at
        For changes: the column that says when the row was changed; at the same time, the later row counts.
    deleted
        For changes: the column that says that the row is gone (true or false).
    deleted_words
        Words of the column `deleted` that say so, where they are not true and false; every other word says no.
    layer
        Layer within the file, for GeoPackage and other files that hold several.
    level
        Level of the regions or zone statistics, for which it is required; of the places of movements and floating
        populations, where these are regions; refused for other kinds.
    crs
        CRS of geometry or lon/lat; required where the file does not state it and it is not WGS84.
    columns
        gcrm's column -> the file's column. Columns of the same name map by themselves.
    formats
        gcrm's column -> strptime format, for dates and timestamps that are not ISO 8601.
    statistics
        For wide zone statistics: name of the statistic -> the file's column.
    attractions
        For stores and competitors: what draws people to them besides their floor area (which is `size`), such as
        `parking` -> the file's column.
    nulls
        gcrm's column -> words of the file that mean "not known" there (`0`, `N/A`); an empty text always does.
    as_of
        Reference day of zone statistics that have no column for it.
    valid_from, valid_to
        Validity of regions that have no column for it: first day valid, first day no longer valid.
    delimiter
        Field separator of a CSV file.
    attribution
        Who must be named wherever the source is shown on a map, such as `© OpenStreetMap contributors`.
    contract
        What must hold of the source, or nothing is published.
    """

    kind: Annotated[str, AfterValidator(_kind)]
    path: Annotated[str, Field(min_length=1)] | None = None
    encoding: Encoding | None = None
    sheet: str | None = None
    database: Database | None = Field(default=None, repr=False)
    table: Annotated[str, Field(min_length=1)] | None = None
    query: Annotated[str, Field(min_length=1)] | None = None
    load: Literal["full", "changes"] = "full"
    changed_at: Annotated[str, Field(min_length=1)] | None = None
    deleted: Annotated[str, Field(min_length=1)] | None = None
    deleted_words: tuple[str, ...] = ()
    layer: str | None = None
    level: Word | None = None
    crs: Crs | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    formats: dict[str, str] = Field(default_factory=dict)
    statistics: dict[Word, str] = Field(default_factory=dict)
    attractions: dict[Word, str] = Field(default_factory=dict)
    nulls: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    as_of: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    attribution: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    contract: Contract = Contract()

    @model_validator(mode="after")
    def _fits_kind(self) -> Self:
        known = KINDS[self.kind].field_names
        check_columns(self.contract, KINDS[self.kind])
        check_origin(self)
        check_load(self)
        for group in ("columns", "formats", "nulls"):
            for name in getattr(self, group):
                if name not in known and not (group == "formats" and name in CHANGE_COLUMNS and self.load == "changes"):
                    msg = f"{group}: {self.kind} has no column '{name}'.{near(name, known)}"
                    raise ValueError(msg)
        leveled = self.kind in {"regions", "zone_statistics"}
        if leveled and self.level is None:
            msg = f"a source of {self.kind} must say its level"
            raise ValueError(msg)
        if not leveled and self.kind not in LEVEL_OPTIONAL and self.level is not None:
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

    @model_validator(mode="after")
    def _attractions_fit_kind(self) -> Self:
        if self.attractions and not KINDS[self.kind].attractive:
            msg = f"attractions have no meaning for a source of {self.kind}"
            raise ValueError(msg)
        for name in self.attractions:
            if name in TAKEN:
                msg = f"attractions: '{name}' means something else in the choice of a store; choose another name"
                raise ValueError(msg)
        return self

    @field_serializer("database")
    def _hide(self, value: str | None) -> str | None:
        """Keep the URL where it was written: settings that are stored say only that there is one."""
        return None if value is None else HIDDEN_URL

    @property
    def place(self) -> str:
        """Where the rows come from, in words for people; never a URL."""
        return self.path or self.table or "query"
