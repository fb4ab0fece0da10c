"""The draft of a load's query: values as read, values as typed, and everything that may be wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm.columns import FIGURES
from gcrm.ingest import cast
from gcrm.ingest.fault import Fault
from gcrm.ingest.geometry import FAULTS, OUTSIDE
from gcrm.ingest.limits import LONGEST_TEXT
from gcrm.sql import identifier

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from gcrm.columns import Field
    from gcrm.ingest.place import Shape
    from gcrm.ingest.reading import Column, Origin, Reading


@dataclass(frozen=True)
class Item:
    """A column of the loaded table, and what it is made from.

    Attributes
    ----------
    field
        Name and type of the column.
    label
        What messages and the ledger call it.
    column
        Position of the column in the file; null where it has none for it.
    constant
        Value of all rows where the file has no column; null where there is no such value.
    words
        Words of the file that mean true, every other one meaning false; empty where it says true and false.
    as_instant
        True where a time with an offset is put on the clock of UTC, so that times can be compared.
    """

    field: Field
    label: str
    column: int | None = None
    constant: date | None = None
    words: tuple[str, ...] = ()
    as_instant: bool = False


class Draft:
    """The parts of a load's query while they are collected.

    Attributes
    ----------
    parameters
        Values of the `$name` parameters so far.
    faults
        What may be wrong with a row, in the order in which it is looked for.
    """

    def __init__(self, origin: Origin, reading: Reading, parameters: dict[str, Any]) -> None:
        self.parameters = parameters
        self.faults: list[Fault] = []
        self._origin = origin
        self._reading = reading
        self._columns: list[int] = []
        self._values: list[str] = []
        self._typed: dict[str, str] = {}
        self._moved: dict[str, str] = {}
        self._spared: frozenset[str] | None = None
        self._gathered: frozenset[str] = frozenset()

    def add(self, item: Item) -> None:
        """Add a field: its value, its type, and what may be wrong with it."""
        name, field = item.field.name, item.field
        self._typed[name] = f"CAST(NULL AS {field.sql_type})"
        if field.type in {"area", "line"}:
            return
        if item.constant is not None:
            self._typed[name] = f"CAST({self._parameter(item.constant)} AS {field.sql_type})"
        if item.column is None:
            return
        column = self._reading.columns[item.column]
        value, value_type = self._value(item, column)
        self._columns.append(item.column)
        self._values.append(f"{value} AS v_{name}")
        strptime = self._format(name)
        clean = not self._reading.may_hold_nul and field.type == "text" and value_type == "VARCHAR"
        make = cast.instant if item.as_instant else cast.cast
        typed = f"v_{name}" if clean else make(field, value_type, f"v_{name}", strptime)
        if typed is None:
            msg = f"column '{column.name}' holds {column.type}, from which no {field.type} for '{name}' can be made."
            raise self._origin.refuse(msg)
        if field.type == "text" and value_type == "VARCHAR":
            typed = f"CASE WHEN strlen(v_{name}) <= {LONGEST_TEXT} THEN {typed} END"
        self._typed[name] = typed
        self._check(item, value_type)

    def _value(self, item: Item, column: Column) -> tuple[str, str]:
        """Return SQL for the value as read, null where the source says so, and its type."""
        shown = cast.text(column.type, f"c{item.column}")
        value, value_type = f"c{item.column}", column.type
        if cast.family(column.type) == "text" and shown is not None:
            value, value_type = shown, "VARCHAR"
        if item.words and shown is not None:
            true = ", ".join(self._parameter(word.strip().lower()) for word in item.words)
            return f"CASE WHEN lower(trim({shown})) IN ({true}) THEN 'true' ELSE 'false' END", "VARCHAR"
        words = (*item.field.nulls, *self._origin.source.nulls.get(item.field.name, ()))
        if words and shown is not None:
            unknown = ", ".join(self._parameter(word.strip()) for word in words)
            value = f"CASE WHEN trim({shown}) NOT IN ({unknown}) THEN {value} END"
        return value, value_type

    def _format(self, name: str) -> str | None:
        """Return the parameter that holds the format of a date, once DuckDB has understood it."""
        strptime = self._origin.source.formats.get(name)
        return None if strptime is None else self._parameter(strptime)

    def _check(self, item: Item, value_type: str) -> None:
        """Add the checks of one field, in the order in which they are reported."""
        name, field = item.field.name, item.field
        if field.required and not field.blank:
            blank = f"v_{name} IS NULL" + (f" OR trim(v_{name}) = ''" if value_type == "VARCHAR" else "")
            self.faults.append(Fault("missing_value", item.label, "no value", blank))
        if field.type == "text" and value_type == "VARCHAR":
            long = f"strlen(v_{name}) > {LONGEST_TEXT}"
            self.faults.append(Fault("bad_text", item.label, f"longer than {LONGEST_TEXT:,} bytes", long))
        reason, detail = cast.UNFIT[field.type]
        if self._typed[name] != f"v_{name}":
            unfit = f"v_{name} IS NOT NULL AND t_{name} IS NULL"
            if value_type == "VARCHAR" and field.type != "text":
                unfit += f" AND trim(v_{name}) <> ''"  # blanks are no value
            self.faults.append(Fault(reason, item.label, detail, unfit))
        if name in {"lon", "lat"}:
            return
        if field.words:
            known = ", ".join(self._parameter(word) for word in field.words)
            strange = f"lower(trim(t_{name})) NOT IN ({known})"
            self.faults.append(Fault("unknown_word", item.label, f"none of {', '.join(field.words)}", strange))
        if field.minimum is not None:
            below = f"t_{name} < {field.minimum}"
            self.faults.append(Fault("out_of_range", item.label, f"less than {field.minimum:g}", below))
        if field.maximum is not None:
            above = f"t_{name} > {field.maximum}"
            self.faults.append(Fault("out_of_range", item.label, f"more than {field.maximum:g}", above))

    def add_shape(self, shape: Shape) -> None:
        """Add the geometry: an area as it is, or the point of a located record."""
        self._columns.append(shape.column)
        self._values.append(f"{shape.function}(CAST(c{shape.column} AS BLOB)) AS shape")
        self._values.append(f"c{shape.column} IS NOT NULL AS shaped")
        self._typed |= {name: f"shape.{name}" for name in shape.gives}
        if shape.required:
            self.faults.append(Fault("missing_value", "geometry", "no value", "NOT shaped"))
        for code, what in FAULTS.items():
            self.faults.append(
                Fault("bad_geometry", "geometry", f"the geometry {what}", f"shape.fault = {code}", code == OUTSIDE)
            )

    def add_point(self, *, moved: bool) -> None:
        """Add the checks of a point from two columns, which are x and y of another CRS where it is moved."""
        for lacking, given, words in (
            ("lat", "lon", "a longitude without a latitude"),
            ("lon", "lat", "a latitude without a longitude"),
        ):
            half = f"t_{lacking} IS NULL AND t_{given} IS NOT NULL"
            self.faults.append(Fault("missing_value", lacking, words, half))
        if moved:
            self._moved = {name: f"moved.{name}" for name in ("lon", "lat")}
        for name, most in (("lon", 180), ("lat", 90)):
            outside = f"NOT coalesce({self._final(name)} BETWEEN -{most} AND {most}, true)"
            self.faults.append(Fault("out_of_range", name, f"outside -{most}..{most} degrees", outside, misplaced=True))

    def spare_deleted(self, but: Iterable[str]) -> None:
        """Let rows that say that their record is gone lack and hold whatever they like, but for the named columns."""
        self._spared = frozenset(but)

    def gather(self, names: Iterable[str]) -> str:
        """Return SQL for a map of the figures `a0`, `a1`, ... by their names; they get no columns of their own."""
        labels = list(names)
        figures = [f"a{i}" for i in range(len(labels))]
        self._gathered = frozenset(figures)
        values = ", ".join(f"t_{figure}" for figure in figures)
        return f"CAST(MAP({self._parameter(labels)}, [{values}]) AS {FIGURES})"

    def query(self, extra: dict[str, str]) -> str:
        """Return the whole SELECT; `extra` are the columns that say where a row comes from."""
        columns = "".join(f", c{i}" for i in dict.fromkeys(self._columns))
        values = "".join(f", {value}" for value in self._values)
        typed = "".join(f", {expression} AS t_{name}" for name, expression in self._typed.items())
        row_no = self._reading.row_no or "CAST(NULL AS BIGINT)"
        moved = ", gcrm_lon_lat(t_lon, t_lat) AS moved" if self._moved else ""
        whens = " ".join(f"WHEN {self._when(fault)} THEN {i}" for i, fault in enumerate(self.faults) if fault.condition)
        fault = f"CAST(CASE {whens} END AS SMALLINT)" if whens else "CAST(NULL AS SMALLINT)"
        kept = [name for name in self._typed if name not in self._gathered]
        fields = "".join(f"{self._final(name)} AS {identifier(name)}, " for name in kept)
        named = ", ".join(f"{expression} AS {name}" for name, expression in extra.items())
        return (
            f"WITH file AS NOT MATERIALIZED (SELECT {row_no} AS row_no{columns} FROM {self._reading.relation}),\n"
            f"value AS NOT MATERIALIZED (SELECT row_no{values} FROM file),\n"
            f"typed AS NOT MATERIALIZED (SELECT *{typed} FROM value),\n"
            f"placed AS NOT MATERIALIZED (SELECT *{moved} FROM typed)\n"
            f"SELECT {fields}{named}, {fault} AS fault FROM placed"
        )

    def _when(self, fault: Fault) -> str | None:
        """Return the condition of a fault; it does not count in rows that only say that their record is gone."""
        if self._spared is None or fault.column in self._spared:
            return fault.condition
        return f"NOT coalesce(t_deleted, false) AND ({fault.condition})"

    def _final(self, name: str) -> str:
        """Return SQL for what is stored of a field."""
        return self._moved.get(name, f"t_{name}")

    def _parameter(self, value: Any) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"${name}"
