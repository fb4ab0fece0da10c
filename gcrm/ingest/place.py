"""Where a source's rows lie: which column holds the geometry, what it must be, and in which CRS it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from gcrm.ingest import cast
from gcrm.ingest.geometry import WGS84

if TYPE_CHECKING:
    from gcrm.columns import Kind
    from gcrm.ingest.reading import Origin, Reading

_POINTS = {"Point", "MultiPoint", None}
#: Type of a field -> types of geometry that fit it, and what to call them.
_FITTING = {
    "area": ({"Polygon", "MultiPolygon", None}, "areas: they need polygons"),
    "line": ({"LineString", "MultiLineString", None}, "lines: they need line strings"),
}


@dataclass(frozen=True)
class Shape:
    """A geometry column and what is made of it.

    Attributes
    ----------
    column
        Position of the column in the file.
    function
        SQL function that reads it.
    gives
        Fields that come from it.
    required
        True where a row without geometry is rejected.
    """

    column: int
    function: str
    gives: tuple[str, ...]
    required: bool


def shape_of(origin: Origin, reading: Reading, kind: Kind, *, has_columns: bool) -> Shape | None:
    """Find the geometry that a kind needs.

    Parameters
    ----------
    origin
        The source.
    reading
        Its opened file.
    kind
        What the rows are.
    has_columns
        True where lon or lat come from columns; they go before a geometry.

    Returns
    -------
    Shape or None
        Null where the kind needs no geometry, or the file has none and can do without.

    Raises
    ------
    SourceError
        If the geometry is missing, is no WKB, or is not of the type that the kind needs.
    """
    if kind.located or kind.pointed:
        return None if has_columns or reading.geometry is None else _point(origin, reading, kind)
    field = kind.shape
    if field is None:
        return None
    names = [column.name for column in reading.columns]
    wanted = origin.source.columns.get(field.name, reading.geometry or field.name)
    if wanted not in names:
        if field.required:
            msg = (
                f"it has no geometry, which {kind.name} need. Use a file that holds it, such as GeoPackage or GeoJSON."
            )
            raise origin.refuse(msg)
        return None
    fitting, words = _FITTING[field.type]
    if reading.geometry_type not in fitting:
        msg = f"its geometry is {reading.geometry_type}, but {kind.name} are {words}."
        raise origin.refuse(msg)
    column = names.index(wanted)
    if cast.family(reading.columns[column].type) != "binary":
        msg = f"column '{wanted}' is no geometry. Use a file that holds it, such as GeoPackage, GeoJSON or GeoParquet."
        raise origin.refuse(msg)
    return Shape(column, f"gcrm_{field.type}", (field.name,), field.required)


def _point(origin: Origin, reading: Reading, kind: Kind) -> Shape:
    if reading.geometry_type not in _POINTS:
        msg = (
            f"its geometry is {reading.geometry_type}, but {kind.name} need points. Store one point per record, "
            "or map 'lon' and 'lat' to columns of the file."
        )
        raise origin.refuse(msg)
    names = [column.name for column in reading.columns]
    return Shape(names.index(str(reading.geometry)), "gcrm_point", ("lon", "lat"), required=False)


def crs_of(origin: Origin, reading: Reading, shape: Shape | None) -> CRS:
    """Return the CRS of a source's geometry, or of its lon and lat where it has no geometry.

    Parameters
    ----------
    origin
        The source; a CRS named in gcrm.toml goes before that of the file.
    reading
        Its opened file.
    shape
        The geometry that is read; null where none is.

    Returns
    -------
    CRS
        WGS84 for lon and lat of which nothing else is said.

    Raises
    ------
    SourceError
        If geometry is read and neither the file nor gcrm.toml says in which CRS it is.
    """
    if origin.source.crs is not None:
        return CRS.from_user_input(origin.source.crs)
    if shape is None:
        return WGS84
    if reading.crs is None or reading.columns[shape.column].name != reading.geometry:
        msg = 'neither the file nor gcrm.toml says in which CRS its coordinates are. Name it: crs = "EPSG:...".'
        raise origin.refuse(msg)
    return reading.crs


def stated_crs(origin: Origin, stated: Any) -> CRS | None:
    """Return the CRS that a file states, as text or as PROJJSON.

    Parameters
    ----------
    origin
        The source.
    stated
        What the file says.

    Returns
    -------
    CRS or None
        Null where what it says means nothing, and gcrm.toml names another.

    Raises
    ------
    SourceError
        If it means nothing, and gcrm.toml names none.
    """
    try:
        return CRS.from_user_input(stated)
    except (CRSError, RecursionError, TypeError, ValueError, AttributeError):
        if origin.source.crs:
            return None
        msg = "the CRS in the file is not known. Name it by 'crs' in gcrm.toml."
        raise origin.refuse(msg) from None


def is_wgs84(crs: CRS) -> bool:
    """Say whether coordinates in `crs` are WGS84 lon/lat already; the order of its axes does not matter."""
    return bool(crs.equals(WGS84, ignore_axis_order=True))
