"""The plan of a load: which column of a file becomes which field, and every check, as one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm.columns import KINDS, Field, Kind
from gcrm.errors import near
from gcrm.ingest import cast, place
from gcrm.ingest.fault import Fault
from gcrm.ingest.geometry import FAULTS as GEOMETRY_FAULTS
from gcrm.ingest.geometry import OUTSIDE
from gcrm.sql import identifier

if TYPE_CHECKING:
    from datetime import date

    from pyproj import CRS

    from gcrm.ingest.place import Shape
    from gcrm.ingest.reading import Column, Origin, Reading
    from gcrm.settings import Settings


@dataclass(frozen=True)
class Plan:
    """How the rows of one source are loaded.

    Attributes
    ----------
    query
        SELECT that gives the fields, the columns that say where a row comes from, and `fault`: the position in
        `faults`, null for a good row.
    parameters
        Values of the `$name` parameters in the query.
    faults
        Everything that may be wrong with a row, in the order in which it is looked for.
    crs
        CRS of the source's geometry or coordinates.
    key
        Columns that identify a row.
    places
        Columns that hold coordinates; empty where the source has none.
    statistics
        Names of the statistics that stand side by side in columns `s0`, `s1`, ...; empty for everything else.
    """

    query: str
    parameters: dict[str, Any]
    faults: tuple[Fault, ...]
    crs: CRS
    key: tuple[str, ...]
    places: tuple[str, ...]
    statistics: tuple[str, ...]

    @property
    def crs_name(self) -> str | None:
        """Short name of the CRS, such as `EPSG:4326`; null where the source has no coordinates."""
        if not self.places:
            return None
        authority = self.crs.to_authority()
        return ":".join(authority) if authority else self.crs.name


@dataclass(frozen=True)
class _Item:
    """A column of the loaded table: what it is, how messages call it, and what it is made from."""

    field: Field
    label: str
    column: int | None = None
    constant: date | None = None


def plan(origin: Origin, reading: Reading, settings: Settings) -> Plan:
    """Map the columns of a file onto the fields of its kind.

    Parameters
    ----------
    origin
        The source.
    reading
        Its opened file.
    settings
        The project's settings.

    Returns
    -------
    Plan
        The statement that reads, types and checks every row.

    Raises
    ------
    SourceError
        If a column is missing or cannot hold what its field needs, or the CRS is not known.
    """
    kind = KINDS[origin.source.kind]
    items = _items(origin, reading, kind)
    by_name = {item.field.name: item for item in items}
    has_point = any(by_name[n].column is not None for n in ("lon", "lat") if n in by_name)
    shape = place.shape_of(origin, reading, kind, has_columns=has_point)
    crs = place.crs_of(origin, reading, shape)
    draft = _Draft(origin, reading, {"source": origin.name} | reading.parameters)
    for item in items:
        draft.add(item)
    if shape is not None:
        draft.add_shape(shape)
    elif has_point:
        draft.add_point(moved=not place.is_wgs84(crs))
    if kind.key:
        draft.faults.append(Fault("duplicate_key", ", ".join(kind.key), "the same as in an earlier record"))
    extra = {"source": "$source", "row_no": "row_no"}
    key = kind.key
    if origin.source.level is not None:
        draft.parameters |= {"hierarchy": settings.hierarchy_of(origin.source.level), "level": origin.source.level}
        extra = {"hierarchy": "$hierarchy", "level": "$level"} | extra
        key = ("level", *(name for name in key if name in by_name))
    places = shape.gives if shape is not None else ("lon", "lat") if has_point else ()
    query = draft.query(extra)
    return Plan(query, draft.parameters, tuple(draft.faults), crs, key, places, tuple(origin.source.statistics))


def _items(origin: Origin, reading: Reading, kind: Kind) -> list[_Item]:
    """Find what each column of the loaded table is made from."""
    names = {column.name: i for i, column in enumerate(reading.columns)}
    source = origin.source
    constants = {"as_of": source.as_of, "valid_from": source.valid_from, "valid_to": source.valid_to}
    items = []
    for field in kind.fields:
        if source.statistics and field.name in {"statistic", "value"}:
            if field.name in source.columns:
                msg = f"'statistics' names one column per figure, so there is none for '{field.name}'. Leave one out."
                raise origin.refuse(msg)
            continue
        wanted = source.columns.get(field.name, field.name)
        if wanted not in names and field.name in source.columns:
            msg = f"it has no column '{wanted}' for '{field.name}'.{_hint(reading, wanted)}"
            raise origin.refuse(msg)
        constant = None if wanted in names else constants.get(field.name)
        if field.required and field.type != "geometry" and wanted not in names and constant is None:
            msg = f"it has no column '{field.name}', which {kind.name} need. Map it by 'columns' in gcrm.toml."
            msg += _hint(reading, field.name)
            raise origin.refuse(msg)
        items.append(_Item(field, field.name, names.get(wanted), constant))
    for i, (statistic, wanted) in enumerate(source.statistics.items()):
        if wanted not in names:
            msg = f"it has no column '{wanted}' for the statistic '{statistic}'.{_hint(reading, wanted)}"
            raise origin.refuse(msg)
        items.append(_Item(Field(f"s{i}", "number", f"The statistic {statistic}."), statistic, names[wanted]))
    return items


def _hint(reading: Reading, wanted: str) -> str:
    """Return the name that comes nearest, or what is probably wrong with the whole header."""
    names = [column.name for column in reading.columns]
    if len(names) == 1 and reading.lines is not None:
        return " Its header is a single column: name the right separator by 'delimiter' in gcrm.toml."
    return near(wanted, names)


class _Draft:
    """The parts of a load's query while they are collected: values as read, values as typed, checks."""

    def __init__(self, origin: Origin, reading: Reading, parameters: dict[str, Any]) -> None:
        self.parameters = parameters
        self.faults: list[Fault] = []
        self._origin = origin
        self._reading = reading
        self._columns: list[int] = []
        self._values: list[str] = []
        self._typed: dict[str, str] = {}
        self._moved = False

    def add(self, item: _Item) -> None:
        """Add a field: its value, its type, and what may be wrong with it."""
        name, field = item.field.name, item.field
        self._typed[name] = f"CAST(NULL AS {field.sql_type})"
        if field.type == "geometry":
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
        typed = f"v_{name}" if clean else cast.cast(field, value_type, f"v_{name}", strptime)
        if typed is None:
            msg = f"column '{column.name}' holds {column.type}, from which no {field.type} for '{name}' can be made."
            raise self._origin.refuse(msg)
        self._typed[name] = typed
        self._check(item, value_type)

    def _value(self, item: _Item, column: Column) -> tuple[str, str]:
        """Return SQL for the value as read, null where the source says so, and its type."""
        shown = cast.text(column.type, f"c{item.column}")
        value, value_type = f"c{item.column}", column.type
        if cast.family(column.type) == "text" and shown is not None:
            value, value_type = shown, "VARCHAR"
        words = self._origin.source.nulls.get(item.field.name, ())
        if shown is not None and (words or (value_type == "VARCHAR" and item.field.type != "text")):
            unknown = ", ".join(self._parameter(word.strip()) for word in ("", *words))
            value = f"CASE WHEN trim({shown}) NOT IN ({unknown}) THEN {value} END"
        return value, value_type

    def _format(self, name: str) -> str | None:
        """Return the parameter that holds the format of a date, once DuckDB has understood it."""
        strptime = self._origin.source.formats.get(name)
        return None if strptime is None else self._parameter(strptime)

    def _check(self, item: _Item, value_type: str) -> None:
        """Add the checks of one field, in the order in which they are reported."""
        name, field = item.field.name, item.field
        if field.required:
            blank = f"v_{name} IS NULL" + (f" OR trim(v_{name}) = ''" if value_type == "VARCHAR" else "")
            self.faults.append(Fault("missing_value", item.label, "no value", blank))
        reason, detail = cast.UNFIT[field.type]
        self.faults.append(Fault(reason, item.label, detail, f"v_{name} IS NOT NULL AND t_{name} IS NULL"))
        if name in {"lon", "lat"}:
            return
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
        for code, what in GEOMETRY_FAULTS.items():
            self.faults.append(
                Fault("bad_geometry", "geometry", f"the geometry {what}", f"shape.fault = {code}", code == OUTSIDE)
            )

    def add_point(self, *, moved: bool) -> None:
        """Add the checks of a point from two columns, which are x and y of another CRS where it is moved."""
        self._moved = moved
        self.faults.append(
            Fault("missing_value", "lat", "a longitude without a latitude", "t_lat IS NULL AND t_lon IS NOT NULL")
        )
        self.faults.append(
            Fault("missing_value", "lon", "a latitude without a longitude", "t_lon IS NULL AND t_lat IS NOT NULL")
        )
        for name, most in (("lon", 180), ("lat", 90)):
            outside = f"NOT coalesce(t_{name} BETWEEN -{most} AND {most}, true)"
            self.faults.append(Fault("out_of_range", name, f"outside -{most}..{most} degrees", outside, misplaced=True))

    def query(self, extra: dict[str, str]) -> str:
        """Return the whole SELECT; `extra` are the columns that say where a row comes from."""
        columns = "".join(f", c{i}" for i in dict.fromkeys(self._columns))
        values = "".join(f", {value}" for value in self._values)
        typed = "".join(f", {expression} AS t_{name}" for name, expression in self._typed.items())
        row_no = self._reading.row_no or "CAST(NULL AS BIGINT)"
        move = "gcrm_lon_lat(t_lon, t_lat)"
        place = f"* REPLACE ({move}.lon AS t_lon, {move}.lat AS t_lat)" if self._moved else "*"
        whens = " ".join(f"WHEN {fault.condition} THEN {i}" for i, fault in enumerate(self.faults) if fault.condition)
        fault = f"CAST(CASE {whens} END AS SMALLINT)" if whens else "CAST(NULL AS SMALLINT)"
        fields = "".join(f"t_{name} AS {identifier(name)}, " for name in self._typed)
        named = ", ".join(f"{expression} AS {name}" for name, expression in extra.items())
        return (
            f"WITH file AS NOT MATERIALIZED (SELECT {row_no} AS row_no{columns} FROM {self._reading.relation}),\n"
            f"value AS NOT MATERIALIZED (SELECT row_no{values} FROM file),\n"
            f"typed AS NOT MATERIALIZED (SELECT *{typed} FROM value),\n"
            f"placed AS NOT MATERIALIZED (SELECT {place} FROM typed)\n"
            f"SELECT {fields}{named}, {fault} AS fault FROM placed"
        )

    def _parameter(self, value: Any) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"${name}"
