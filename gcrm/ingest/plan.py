"""The plan of a load: which column of a file becomes which field, and every check, as one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm.columns import KINDS, Field, Kind
from gcrm.errors import near
from gcrm.ingest import forgotten, place, trace
from gcrm.ingest.draft import Draft, Item
from gcrm.ingest.fault import Fault
from gcrm.settings.origin import CHANGE_COLUMNS
from gcrm.settings.source import LEVEL_OPTIONAL

if TYPE_CHECKING:
    from pyproj import CRS

    from gcrm.ingest.reading import Origin, Reading
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
    trace.refuse(origin, reading)
    items = _items(origin, reading, kind)
    by_name = {item.field.name: item for item in items}
    has_point = _has_point(origin, by_name)
    shape = place.shape_of(origin, reading, kind, has_columns=has_point)
    crs = place.crs_of(origin, reading, shape)
    draft = Draft(origin, reading, {"source": origin.name} | reading.parameters)
    for item in items:
        draft.add(item)
    if shape is not None:
        draft.add_shape(shape)
    elif has_point:
        draft.add_point(moved=not place.is_wgs84(crs))
    if kind.name in forgotten.REJECTED:
        draft.faults.append(forgotten.fault(kind.name))
    if kind.key:
        draft.faults.append(Fault("duplicate_key", ", ".join(kind.key), "the same as in an earlier record"))
    extra = {"source": "$source", "row_no": "row_no"}
    key = kind.key
    if origin.source.level is not None:
        draft.parameters |= {"hierarchy": settings.hierarchy_of(origin.source.level), "level": origin.source.level}
        extra = {"hierarchy": "$hierarchy", "level": "$level"} | extra
        key = ("level", *(name for name in key if name in by_name)) if key else ()
    elif kind.name in LEVEL_OPTIONAL:
        extra = {"hierarchy": "CAST(NULL AS VARCHAR)", "level": "CAST(NULL AS VARCHAR)"} | extra
    if kind.attractive:
        extra = {"attractions": draft.gather(origin.source.attractions)} | extra
    places = shape.gives if shape is not None else ("lon", "lat") if has_point else ()
    if origin.source.deleted is not None:
        draft.spare_deleted((*kind.key, *CHANGE_COLUMNS))
    query = draft.query(extra)
    return Plan(query, draft.parameters, tuple(draft.faults), crs, key, places, tuple(origin.source.statistics))


def _has_point(origin: Origin, items: dict[str, Item]) -> bool:
    """Say whether lon and lat come from columns: both do, or neither."""
    there = [name for name in ("lon", "lat") if name in items and items[name].column is not None]
    if len(there) == 1:
        other = "lat" if there == ["lon"] else "lon"
        msg = f"it has a column for '{there[0]}' but none for '{other}'. Map both by 'columns' in gcrm.toml."
        raise origin.refuse(msg)
    return bool(there)


def _items(origin: Origin, reading: Reading, kind: Kind) -> list[Item]:
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
        if field.required and field.type not in {"area", "line"} and wanted not in names and constant is None:
            msg = f"it has no column '{field.name}', which {kind.name} need. Map it by 'columns' in gcrm.toml."
            msg += _hint(reading, field.name)
            raise origin.refuse(msg)
        items.append(Item(field, field.name, names.get(wanted), constant))
    for i, (statistic, wanted) in enumerate(source.statistics.items()):
        if wanted not in names:
            msg = f"it has no column '{wanted}' for the statistic '{statistic}'.{_hint(reading, wanted)}"
            raise origin.refuse(msg)
        items.append(Item(Field(f"s{i}", "number", f"The statistic {statistic}."), statistic, names[wanted]))
    for i, (attraction, wanted) in enumerate(source.attractions.items()):
        if wanted not in names:
            msg = f"it has no column '{wanted}' for the attraction '{attraction}'.{_hint(reading, wanted)}"
            raise origin.refuse(msg)
        items.append(Item(Field(f"a{i}", "number", f"The attraction {attraction}."), attraction, names[wanted]))
    return items + _change_items(origin, reading, names)


def _change_items(origin: Origin, reading: Reading, names: dict[str, int]) -> list[Item]:
    """Find the columns that say when a row was changed and whether its record is gone; none for full loads."""
    source = origin.source
    if source.load == "full":
        return []
    for key, wanted in (("changed_at", source.changed_at), ("deleted", source.deleted)):
        if wanted is not None and wanted not in names:
            msg = f"it has no column '{wanted}' for '{key}'.{_hint(reading, wanted)}"
            raise origin.refuse(msg)
    changed_at = Field(
        "changed_at", "timestamp", "When the row was changed, UTC where the file says so.", required=True
    )
    deleted = Field("deleted", "boolean", "True where the record is gone.")
    return [
        Item(changed_at, "changed_at", names[str(source.changed_at)], as_instant=True),
        Item(deleted, "deleted", None if source.deleted is None else names[source.deleted], words=source.deleted_words),
    ]


def _hint(reading: Reading, wanted: str) -> str:
    """Return the name that comes nearest, or what is probably wrong with the whole header."""
    names = [column.name for column in reading.columns]
    if len(names) == 1 and reading.format == "CSV":
        return " Its header is a single column: name the right separator by 'delimiter' in gcrm.toml."
    return near(wanted, names)
