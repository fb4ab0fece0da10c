"""Records with an address and a point: of a table, or of geodata with points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.errors import SourceError
from gcrm.geocode.pack.file import TABLE
from gcrm.geocode.pack.heading import STREET_PARTS
from gcrm.ingest import cast
from gcrm.ingest.geometry import functions
from gcrm.ingest.place import is_wgs84

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from gcrm.geocode.pack.file import File

_TEXTS = ("unit", "postcode", "city")
_COLUMNS = ("house_number", "street", *_TEXTS, "address")
#: Share of the points from which on it must be the CRS that is wrong, not the points.
_MOST = 0.5
#: What stands for a house number where there is none.
_NO_NUMBER = "('0', 's/n', 'sn', 's.n.', 's/nº', '-')"
_NUMBER = r"^\s*[+-]?[0-9]*([.,][0-9]+)?([eE][+-]?[0-9]+)?\s*$"


def read_points(con: duckdb.DuckDBPyConnection, file: File, found: Mapping[str, int]) -> None:
    """Put the records of a file into `raw_point`.

    Parameters
    ----------
    con
        Connection with `file_row` and `raw_point`.
    file
        The file.
    found
        What a column holds -> its position.

    Raises
    ------
    SourceError
        If it has no column for a street or city, no points, or they lie outside the world for the most part.
    """
    if not {"street", "city", "address"} & found.keys():
        raise _lacking(file, "street")
    columns = [number(file, found), street(file, found), *(text(file, found, name) for name in _TEXTS)]
    whole = {} if "street" in found else {"address": found["address"]} if "address" in found else {}
    if whole:
        columns[0] = "CAST(NULL AS VARCHAR)"  # beside a whole address a `number` is most often that of the record
    columns.append(text(file, whole, "address"))
    with functions(con, file.crs):
        lon, lat = _point(file, found)
        named = ", ".join(f"{value} AS {name}" for value, name in zip(columns, _COLUMNS, strict=True))
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE read_point AS SELECT {named}, {lon} AS lon, {lat} AS lat FROM {TABLE}"
        )
    outside = "count(*) FILTER (NOT (lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90)), count(lon + lat)"
    bad, all_ = con.execute(f"SELECT {outside} FROM read_point").fetchall()[0]
    if bad > _MOST * all_:
        msg = (
            f"{bad} of the {all_} points of {file.path.name} lie outside the world when read as {file.crs.name}. "
            "Name their CRS: --crs EPSG:..."
        )
        raise SourceError(msg)
    con.execute("INSERT INTO raw_point BY NAME FROM read_point")
    con.execute("DROP TABLE read_point")


def text(file: File, found: Mapping[str, int], role: str) -> str:
    """Return SQL for a column as trimmed text; null where there is none or nothing in it.

    Parameters
    ----------
    file
        The file.
    found
        What a column holds -> its position.
    role
        What the column holds.

    Returns
    -------
    str
        SQL over `file_row`.
    """
    if role not in found:
        return "CAST(NULL AS VARCHAR)"
    value = cast.text(file.columns[found[role]].type, f"c{found[role]}")
    if value is None:
        raise _lacking(file, role)
    return f"nullif(trim(replace({value}, chr(0), '')), '')"


def number(file: File, found: Mapping[str, int]) -> str:
    """Return SQL for the house number with its suffix and the number below it, which may have columns of their own.

    Parameters
    ----------
    file
        The file.
    found
        What a column holds -> its position.

    Returns
    -------
    str
        SQL over `file_row`.
    """
    main, suffix = text(file, found, "house_number"), text(file, found, "number_suffix")
    main = f"CASE WHEN lower({main}) NOT IN {_NO_NUMBER} THEN {main} END"
    if "number_below" in found:  # 245 and 9 are 245-9; 245 and 0 are 245
        below = f"nullif(ltrim({text(file, found, 'number_below')}, '0'), '')"
        main = f"{main} || coalesce('-' || {below}, '')"
    if "number_suffix" not in found:
        return main
    apart = f"CASE WHEN regexp_matches({suffix}, '^[0-9]') THEN ' ' ELSE '' END"
    return f"{main} || coalesce({apart} || {suffix}, '')"


def street(file: File, found: Mapping[str, int]) -> str:
    """Return SQL for the street with its direction and type, where columns of their own say what its name does not.

    Parameters
    ----------
    file
        The file.
    found
        What a column holds -> its position.

    Returns
    -------
    str
        SQL over `file_row`.
    """
    name = text(file, found, "street")
    for role in STREET_PARTS:
        if role not in found:
            continue
        word = text(file, found, role)
        before = role.endswith("_before")
        test = "starts_with" if before else "ends_with"
        edge = f"lower({word}) || ' '" if before else f"' ' || lower({word})"
        pair = f"{word}, {name}" if before else f"{name}, {word}"
        name = (
            f"CASE WHEN {name} IS NULL THEN NULL WHEN {test}(lower({name}), {edge}) THEN {name} "
            f"ELSE concat_ws(' ', {pair}) END"
        )
    return name


def _point(file: File, found: Mapping[str, int]) -> tuple[str, str]:
    """Return SQL for lon and lat: of their columns, or of the geometry."""
    if "lon" in found and "lat" in found:
        lon, lat = (_degrees(file, found, name) for name in ("lon", "lat"))
        if is_wgs84(file.crs):
            return lon, lat
        return f"gcrm_lon_lat({lon}, {lat}).lon", f"gcrm_lon_lat({lon}, {lat}).lat"
    if file.geometry is None:
        raise _lacking(file, "lon' and 'lat")
    point = f"gcrm_point(CAST(c{file.geometry} AS BLOB))"
    return f"{point}.lon", f"{point}.lat"


def _degrees(file: File, found: Mapping[str, int], role: str) -> str:
    """Return SQL for a coordinate; a text that is no number has none."""
    value = text(file, found, role)
    return f"CASE WHEN regexp_matches({value}, '{_NUMBER}') THEN TRY_CAST(replace({value}, ',', '.') AS DOUBLE) END"


def _lacking(file: File, role: str) -> SourceError:
    names = ", ".join(file.names[:20]) + (", ..." if len(file.names) > 20 else "")
    first = role.partition("'")[0]
    return SourceError(
        f"{file.path.name} has no column for '{role}' that could be told by its name. Its columns are: {names}. "
        f"Name it: --column {first}=NAME."
    )
