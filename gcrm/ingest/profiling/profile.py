"""The profile of a file: what it is, what its columns hold, how it could be a source, and what would come of it.

The suggested source is really loaded, into memory and with the code of the build, so that what is told of it is so.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from gcrm import sql
from gcrm.columns import KINDS
from gcrm.errors import ProjectError, SourceError, UserError
from gcrm.ingest.cast import family
from gcrm.ingest.guard import guard
from gcrm.ingest.load import load
from gcrm.ingest.profiling import vocabulary
from gcrm.ingest.profiling.trait import Trait, traits
from gcrm.ingest.reader import reader_for
from gcrm.ingest.reading import Origin
from gcrm.ingest.text import encoding
from gcrm.settings import Settings
from gcrm.settings.origin import SHEET_SUFFIXES, TEXT_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

_MEMORY = "1250MB"
_SAMPLE = 1 << 16
_LINES = 5
_DELIMITERS = ",;\t|"
_LEVEL = "zone"
_DRAWN = {"area": {"Polygon", "MultiPolygon"}, "line": {"LineString", "MultiLineString"}}
_DATES = {"date", "timestamp"}


@dataclass(frozen=True)
class Hints:
    """What the user knows of the file; null, or nothing, is found out.

    Attributes
    ----------
    kind
        What the rows are.
    encoding, delimiter
        Of a text file.
    layer
        Layer of a geodata file, or sheet of a spreadsheet.
    crs
        Of the coordinates.
    """

    kind: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    layer: str | None = None
    crs: str | None = None


@dataclass(frozen=True)
class Rejected:
    """Records that would be rejected for one reason.

    Attributes
    ----------
    reason
        Short code.
    column
        gcrm's column; null where a record cannot be taken apart.
    detail
        What is wrong.
    count
        How many records.
    lines
        The first few, by line, or by number where the format has no lines.
    """

    reason: str
    column: str | None
    detail: str
    count: int
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Profile:
    """What a file is and what would come of it.

    Attributes
    ----------
    path
        The file.
    format, encoding, delimiter, crs
        What it is; null where the format has no such thing.
    rows
        Its records, without those that cannot be taken apart.
    columns
        One per column.
    kind
        What the rows seem to be; null where nothing fits.
    source
        The suggested source, as keys and values of gcrm.toml.
    toml
        The same as text, with remarks.
    remarks
        What a person should look at.
    loaded, rejected
        What would come of the rows with that source.
    refused
        Why the source would be refused; empty where it would not.
    """

    path: Path
    format: str
    encoding: str | None
    delimiter: str | None
    crs: str | None
    rows: int
    columns: tuple[Trait, ...]
    kind: str | None
    source: dict[str, Any]
    toml: str
    remarks: tuple[str, ...]
    loaded: int = 0
    rejected: tuple[Rejected, ...] = ()
    refused: str = ""


def profile(path: Path, *, name: str | None = None, hints: Hints | None = None, examples: int = 0) -> Profile:
    """Look at a file, suggest a source for it, and load it on trial.

    Parameters
    ----------
    path
        A file of any format that gcrm reads.
    name
        Name of the source; made of the file's name where absent.
    hints
        What is known of it.
    examples
        How many values of each column to show; none are shown otherwise.

    Returns
    -------
    Profile
        What it is, and what would come of it.

    Raises
    ------
    UserError
        If the file is missing or cannot be read at all.
    """
    hints = hints or Hints()
    if not path.is_file():
        msg = f"{path} is no file. Name a file to look at."
        raise ProjectError(msg)
    remarks: list[str] = []
    source = _opening(path, hints, remarks)
    word = name or _word(path.stem)
    with (
        tempfile.TemporaryDirectory(prefix="gcrm-profile-") as spill,
        sql.connect(memory_limit=_MEMORY, temp_folder=Path(spill)) as con,
    ):
        found = _look(con, _origin(word, source, path), examples)
        found = replace(found, encoding=source.get("encoding", found.encoding), delimiter=source.get("delimiter"))
        kind = hints.kind or found.kind
        if kind is None:
            remarks.append("What the rows are cannot be told from the columns: name it with --kind.")
            return replace(found, kind=None, remarks=tuple(remarks))
        source = _suggest(source | {"kind": kind}, found, remarks)
        tried = _try(con, _origin(word, source, path))
    toml = _toml(word, source | {"path": path.as_posix()}, found.columns)
    return replace(found, kind=kind, source=source, toml=toml, remarks=tuple(remarks), **tried)


def _opening(path: Path, hints: Hints, remarks: list[str]) -> dict[str, Any]:
    """Return the keys that a reader needs to open the file."""
    given = {k: v for k, v in vars(hints).items() if v is not None and k != "kind"}
    if "layer" in given and path.suffix.lower() in SHEET_SUFFIXES:
        given["sheet"] = given.pop("layer")
    source: dict[str, Any] = {"kind": hints.kind or "owners", "path": path.name, **given}
    if path.suffix.lower() not in TEXT_SUFFIXES:
        return source
    if "encoding" not in source and encoding.mark_of(path) is None and not encoding.fitting(path, ("utf-8",)):
        fits = encoding.fitting(path, encoding.CANDIDATES)
        if fits:
            source["encoding"] = fits[0]
            others = f" ({', '.join(fits[1:])} would fit as well)" if fits[1:] else ""
            remarks.append(f"It is not UTF-8; it could be {fits[0]}{others}. Check that names look right.")
    if "delimiter" not in source:
        code = source.get("encoding") or encoding.mark_of(path) or "utf-8"
        delimiter = _delimiter(path, code)
        usual = "\t" if path.suffix.lower() in {".tsv", ".tab"} else ","
        source |= {} if delimiter == usual else {"delimiter": delimiter}
    return source


def _delimiter(path: Path, code: str) -> str:
    """Return the separator that cuts most of the first lines into the same number of values, more than one."""
    with path.open("rb") as file:
        text = file.read(_SAMPLE).decode(code, "replace").removeprefix("\ufeff")
    lines = text.splitlines(keepends=True)[:100]

    def fit(delimiter: str) -> tuple[float, int]:
        try:
            widths = Counter(len(row) for row in csv.reader(io.StringIO("".join(lines)), delimiter=delimiter) if row)
        except csv.Error:
            return 0.0, 0
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        return (count / widths.total() if width > 1 else 0.0), width

    return max(_DELIMITERS, key=fit)


def _origin(name: str, source: dict[str, Any], path: Path) -> Origin:
    """Return the source on trial, of a project made for it."""
    return Origin(name, _project(name, source).sources[name], path.absolute())


def _project(name: str, source: dict[str, Any]) -> Settings:
    leveled = source["kind"] in {"regions", "zone_statistics"}
    source = source | ({"level": source.get("level", _LEVEL)} if leveled else {})
    project = {"name": "Trial", "metric_crs": "EPSG:3857"}
    try:
        return Settings.model_validate(
            {"project": project, "hierarchies": {"trial": {"levels": [_LEVEL]}}, "sources": {name: source}}
        )
    except ValidationError as error:
        found = error.errors()[0]["msg"].removeprefix("Value error, ")
        msg = f"What is said of the file does not fit: {found}."
        raise SourceError(msg) from None


def _look(con: duckdb.DuckDBPyConnection, origin: Origin, examples: int) -> Profile:
    """Open the file, keep its rows, and look at every column."""
    with guard(con, origin), reader_for(origin).open_reading(con, origin) as reading:
        # Lists and the like become no field, and are not looked into.
        kept = [family(column.type) != "other" for column in reading.columns]
        wanted = ", ".join(f"c{i}" if keep else f"c{i} IS NOT NULL AS c{i}" for i, keep in enumerate(kept))
        con.execute(f"CREATE TEMP TABLE file AS SELECT {wanted} FROM {reading.relation}", reading.parameters)
        rows = con.execute("SELECT count(*) FROM file").fetchall()[0][0]
        names = [column.name for column in reading.columns]
        drawn = next((name for name, types in _DRAWN.items() if reading.geometry_type in types), "")
        seen = traits(con, "file", reading.columns, examples)
        figures = sum(trait.type in {"integer", "number"} for trait in seen)
        return Profile(
            path=origin.path,
            format=reading.format,
            encoding=_encoding(origin),
            delimiter=None,
            crs=str(reading.crs.to_string()) if reading.crs is not None else None,
            rows=int(rows),
            columns=seen,
            kind=vocabulary.guess_kind(names, origin.path.name, drawn=drawn, figures=figures),
            source={},
            toml="",
            remarks=(),
        )


def _encoding(origin: Origin) -> str | None:
    return (encoding.mark_of(origin.path) or "utf-8") if origin.path.suffix.lower() in TEXT_SUFFIXES else None


def _suggest(source: dict[str, Any], found: Profile, remarks: list[str]) -> dict[str, Any]:
    """Map columns, and name the formats of dates."""
    kind = KINDS[source["kind"]]
    columns = vocabulary.mapping(kind, [column.name for column in found.columns])
    by_name = {column.name: column for column in found.columns}
    _find_key(kind.key, columns, found, remarks)
    if kind.located:
        _find_place(columns, found, remarks)
    formats = {}
    for field in kind.fields:
        trait = by_name.get(columns.get(field.name, ""))
        if trait is None:
            continue
        if field.type in _DATES and trait.formats:
            formats[field.name] = trait.formats[0]
            if len(trait.formats) > 1:
                remarks.append(f"'{trait.name}': day and month cannot be told apart; choose among {trait.formats}.")
        if field.type in {"number", "money", "integer"} and "comma" in trait.type:
            remarks.append(f"'{trait.name}' has decimal commas, which are not read. Write 1234.5 instead of 1.234,5.")
    if kind.name == "zone_statistics" and "statistic" not in columns:
        numbers = [c for c in found.columns if c.type in {"integer", "number"} and c.name not in columns.values()]
        columns.pop("value", None)
        source = source | {"statistics": {_word(column.name): column.name for column in numbers}}
    columns = {field: column for field, column in columns.items() if field != column}
    return source | ({"columns": columns} if columns else {}) | ({"formats": formats} if formats else {})


def _find_key(key: Sequence[str], columns: dict[str, str], found: Profile, remarks: list[str]) -> None:
    """Take a column whose values are all different for a key that no heading names."""
    if not key or key[0] in columns:
        return
    # The shortest name things; long ones are texts and addresses of pages.
    unique = [
        c for c in found.columns if not c.empty_share and c.distinct == found.rows and c.type in {"text", "integer"}
    ]
    if unique:
        chosen = min(unique, key=lambda column: column.longest).name
        for field in [field for field, column in columns.items() if column == chosen]:
            del columns[field]
        columns[key[0]] = chosen
        remarks.append(f"No column is called like {key[0]}; '{chosen}' has another value in every row.")


def _find_place(columns: dict[str, str], found: Profile, remarks: list[str]) -> None:
    """Look at what is taken for lon and lat, and for two columns that could be them."""
    by_name = {column.name: column for column in found.columns}
    if "lon" in columns and "lat" in columns:
        lon, lat = by_name[columns["lon"]], by_name[columns["lat"]]
        if _most(lat) > 90 >= _most(lon) and _most(lat) <= 180:
            columns["lon"], columns["lat"] = columns["lat"], columns["lon"]
            remarks.append(f"'{lat.name}' goes beyond 90 degrees: longitude and latitude are taken as exchanged.")
        elif max(_most(lon), _most(lat)) > 180:
            remarks.append("The coordinates are no degrees: name their CRS with --crs, such as EPSG:32610.")
        return
    for field in ("lon", "lat"):
        columns.pop(field, None)
    numbers = [c for c in found.columns if c.type == "number" and c.name not in columns.values()]
    for first, second in pairwise(numbers):
        if max(_most(first), _most(second)) <= 180 and min(_most(first), _most(second)) <= 90:
            lon, lat = (first, second) if _most(first) > 90 else (second, first)
            columns |= {"lon": lon.name, "lat": lat.name}
            remarks.append(f"'{lon.name}' and '{lat.name}' are taken for longitude and latitude by their values only.")
            return


def _most(trait: Trait) -> float:
    """Return the number that lies farthest from zero; infinite where there are none."""
    if trait.type not in {"number", "integer"} or trait.smallest is None or trait.largest is None:
        return float("inf")
    return max(abs(float(trait.smallest)), abs(float(trait.largest)))


def _try(con: duckdb.DuckDBPyConnection, origin: Origin) -> dict[str, Any]:
    """Load the source on trial; return what came of it."""
    con.execute("DROP TABLE file; ATTACH ':memory:' AS ingest; SET GLOBAL preserve_insertion_order = true")
    for table in ("reject", "source"):
        sql.run(con, "gcrm.ingest", table)
    project = _project(origin.name, origin.source.model_dump(exclude_none=True, exclude_defaults=True))
    try:
        load(con, origin, project, ())
    except UserError as error:
        return {"refused": str(error)}
    rows = con.execute(
        "SELECT reason, column_name, detail, count(*), list(coalesce(line, row_no) ORDER BY row_no)[1:$lines] "
        "FROM ingest.reject GROUP BY ALL ORDER BY count(*) DESC, reason, column_name",
        {"lines": _LINES},
    ).fetchall()
    loaded = con.execute("SELECT rows_loaded FROM ingest.source").fetchall()[0][0]
    rejected = tuple(Rejected(reason, column, what, n, tuple(lines)) for reason, column, what, n, lines in rows)
    return {"loaded": int(loaded), "rejected": rejected}


def _toml(name: str, source: dict[str, Any], columns: Sequence[Trait]) -> str:
    """Write a source as a table of gcrm.toml."""
    lines = [f"[sources.{name}]"]
    ordered = {"kind": source["kind"]}
    if source["kind"] in {"regions", "zone_statistics"}:
        ordered["level"] = source.get("level", _LEVEL)
    for key, value in (ordered | source).items():
        if isinstance(value, dict):
            inner = ", ".join(f"{k} = {_text(v)}" for k, v in value.items())
            lines.append(f"{key} = {{ {inner} }}")
        else:
            lines.append(f"{key} = {_text(value)}")
    others = {c.name: c.formats[1:] for c in columns if len(c.formats) > 1}
    for column, formats in others.items():
        lines.append(f"# {_text(column)}: or {' or '.join(map(_text, formats))}; day and month look alike")
    return "\n".join(lines) + "\n"


def _text(value: Any) -> str:
    return json.dumps(str(value), ensure_ascii=False)


def _word(text: str) -> str:
    """Return a name for a source made of any text."""
    kept = "".join(c if c.isascii() and c.isalnum() else "_" for c in text.lower()).strip("_")
    return f"x{kept}"[:60] if not kept or not kept[0].isalpha() else kept[:60]
