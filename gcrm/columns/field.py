"""Fields and kinds: what the description of a table is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FieldType = Literal["text", "integer", "number", "money", "date", "timestamp", "boolean", "area", "line"]

#: How each field type is stored in DuckDB. Areas and lines are WKB in WGS84 lon/lat.
SQL_TYPES: dict[FieldType, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "money": "DECIMAL(18,2)",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
    "area": "BLOB",
    "line": "BLOB",
}
#: How the figures of what draws people are stored: name -> figure.
FIGURES = "MAP(VARCHAR, DOUBLE)"


@dataclass(frozen=True)
class Field:
    """One column of a kind.

    Attributes
    ----------
    name
        Column name in gcrm.
    type
        Field type; `SQL_TYPES` says how it is stored.
    comment
        Meaning, unit and what null says; it becomes the COMMENT of the column.
    required
        A row without a value here is rejected, and a source without a column for it is refused.
    minimum, maximum
        Closed range of valid numbers; a row outside it is rejected.
    blank
        With `required`: the source needs a column for it, but a row may lack a value.
    words
        The only words it may hold, in any case; empty where every text will do.
    nulls
        Words that mean "not known" in every source, besides those that gcrm.toml names.
    """

    name: str
    type: FieldType
    comment: str
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    blank: bool = False
    words: tuple[str, ...] = ()
    nulls: tuple[str, ...] = ()

    @property
    def sql_type(self) -> str:
        """The DuckDB type the field is stored as."""
        return SQL_TYPES[self.type]


@dataclass(frozen=True)
class Kind:
    """One kind of source table.

    Attributes
    ----------
    name
        Plural noun, as written in gcrm.toml.
    table
        Singular noun: the table's name in every stage.
    grain
        "One row per ..."; it becomes the COMMENT of the table.
    fields
        Columns in order.
    key
        Columns that identify a row; a second row with the same key is rejected. Empty: rows have no identity.
    located
        True where rows carry an address or a point and go through geocode and conform.
    attractive
        True where rows may carry figures of what draws people, as `attractions` of a source names them.
    """

    name: str
    table: str
    grain: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    located: bool = False
    attractive: bool = False

    @property
    def pointed(self) -> bool:
        """True where rows carry a point of their own, and no address."""
        return not self.located and "lon" in self.field_names

    @property
    def shape(self) -> Field | None:
        """The field that holds an area or a line; null where the kind has none."""
        return next((f for f in self.fields if f.type in {"area", "line"}), None)

    def field(self, name: str) -> Field:
        """Return the field called `name`.

        Raises
        ------
        KeyError
            If the kind has no such field.
        """
        return {f.name: f for f in self.fields}[name]

    @property
    def field_names(self) -> tuple[str, ...]:
        """Names of all fields, in order."""
        return tuple(f.name for f in self.fields)
