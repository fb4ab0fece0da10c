"""A table of addresses, geocoded without a project: the stage itself, run in memory over one file.

Each row of the file comes back in its place with all of its columns, and what was found beside them.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.columns import ADDRESS
from gcrm.errors import SourceError, near
from gcrm.geocode.build import build_geocode
from gcrm.geocode.pack import heading
from gcrm.geocode.pack.feature import number, text
from gcrm.geocode.pack.file import TABLE, File, read_file
from gcrm.geocode.workbench import PARTS, open_pack, open_stages, settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb
    import pyarrow as pa

    from gcrm.geocode.pack import Pack
    from gcrm.stage import StageReport

#: What the results are called begins with this, so that they do not meet the columns of the file.
PREFIX = "geo_"
#: Columns of `geocode.location` that are no results: the number of the place, and the address as it was written.
_NO_RESULTS = {"location_id", *(f.name for f in ADDRESS if f.name not in {"lon", "lat"})}
_NUMBERS = {"house_number", "number_suffix", "number_below", "unit"}
#: Further lines of an address.
_LINES = ("address_2", "address_3")
#: A postcode before its city: "70173 Stuttgart", "D-70173 Stuttgart".
_POSTCODE_FIRST = r"'^\s*((?:[A-Za-z]{1,2}[- ] ?)?[0-9]+(?:[- ][0-9]+)*)(?:[ ,]+|$)'"
_SOURCE = "input"


@dataclass(frozen=True)
class Request:
    """What is known of a table of addresses.

    Attributes
    ----------
    columns
        What a column holds (`address`, `street`, ...) -> its name in the file; others are told by their names.
    hints
        What is known of the file: `encoding`, `delimiter`, `sheet`, `layer`.
    country
        Two letters of ISO 3166: by whose habits the addresses are understood; that of the reference where null.
    prefix
        What the names of the results begin with.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str | None] = field(default_factory=dict)
    country: str | None = None
    prefix: str = PREFIX


@dataclass(frozen=True)
class Answer:
    """A geocoded table.

    Attributes
    ----------
    table
        The rows of the file in their order, all of their columns, and the results.
    used
        What a column holds -> the name of the column that was taken for it.
    counts
        One row per status and match level: both, and how many rows.
    references
        The packs that the addresses were looked for in.
    report
        What the stage reported.
    """

    table: pa.Table
    used: dict[str, str]
    counts: tuple[tuple[str, str | None, int], ...]
    references: tuple[Pack, ...]
    report: StageReport


def geocode_table(path: Path, references: Sequence[Path], request: Request | None = None) -> Answer:
    """Find the addresses of a table in reference packs.

    Parameters
    ----------
    path
        The table: CSV, Parquet, a spreadsheet or geodata.
    references
        Reference packs, or files with addresses that a pack can be made of; the first one counts where several know
        an address.
    request
        What is known of the table; null where nothing is.

    Returns
    -------
    Answer
        Every row, with what was found.

    Raises
    ------
    SourceError
        If a file cannot be read, the table has no column with an address, or a column of it is called like a result.
    """
    request = request or Request()
    with tempfile.TemporaryDirectory(prefix="gcrm-") as name, open_stages(Path(name)) as con:
        packs = tuple(open_pack(reference, Path(name), i) for i, reference in enumerate(references))
        file = read_file(con, path, request.hints)
        _check_whole(file)
        found = _find(file, request)
        _fill(con, file, found)
        report = build_geocode(con, settings=settings_of(packs, request.country))
        table, counts = _answer(con, file, request.prefix)
    return Answer(table, {role: file.names[place] for role, place in found.items()}, counts, packs, report)


def _check_whole(file: File) -> None:
    """Refuse a table with records that cannot be taken apart: they could not be given back."""
    if file.broken:
        msg = (
            f"{file.path.name}: {file.broken} of its records have more or fewer values than its header; the first is "
            f"record {file.first_broken}. Mend them, or name the right --delimiter."
        )
        raise SourceError(msg)


def _find(file: File, request: Request) -> dict[str, int]:
    """Find the columns that hold the address."""
    for role in request.columns:
        if role not in heading.INPUT:
            msg = f"--column {role}=...: there is nothing called '{role}' in an address.{near(role, heading.INPUT)}"
            raise SourceError(msg)
    found = heading.find(heading.INPUT, file.names, request.columns, file.path.name)
    if "address" in found and "street" not in found:
        # Beside a whole address a `number` is most often that of the record.
        for role in _NUMBERS - request.columns.keys():
            found.pop(role, None)
    if not {"address", "street", "postcode", "city", "postcode_city"} & found.keys():
        names = ", ".join(file.names[:20]) + (", ..." if len(file.names) > 20 else "")
        msg = (
            f"{file.path.name} has no column that could be told to hold an address. Its columns are: {names}. "
            "Name it: --column address=NAME, or its parts: --column street=NAME --column house_number=NAME ..."
        )
        raise SourceError(msg)
    return found


def _fill(con: duckdb.DuckDBPyConnection, file: File, found: Mapping[str, int]) -> None:
    """Let the rows of the file stand where the stage looks for customers."""
    values = {part: text(file, found, part) for part in PARTS} | {"house_number": number(file, found)}
    if "address" in found:
        lines = ", ".join(text(file, found, role) for role in ("address", *_LINES) if role in found)
        values["address"] = f"nullif(concat_ws(', ', {lines}), '')"
    if "postcode_city" in found:
        both = text(file, found, "postcode_city")
        values["postcode"] = f"coalesce({values['postcode']}, nullif(regexp_extract({both}, {_POSTCODE_FIRST}, 1), ''))"
        values["city"] = f"coalesce({values['city']}, nullif(regexp_replace({both}, {_POSTCODE_FIRST}, ''), ''))"
    con.execute(
        f"INSERT INTO ingest.customer (customer_id, {', '.join(PARTS)}, source, row_no) "
        f"SELECT row_no::VARCHAR, {', '.join(values.values())}, $source, row_no FROM {TABLE}",
        {"source": _SOURCE},
    )


def _answer(
    con: duckdb.DuckDBPyConnection, file: File, prefix: str
) -> tuple[pa.Table, tuple[tuple[str, str | None, int], ...]]:
    """Return the rows with their results, and how many have which status and level."""
    described = con.execute("DESCRIBE geocode.location").fetchall()
    results = {str(name): str(kind) for name, kind, *_ in described if name not in _NO_RESULTS}
    names = [*file.names, *(prefix + name for name in results)]
    twice = sorted(set(file.names) & {prefix + name for name in results})
    if twice:
        msg = f"{file.path.name} has a column '{twice[0]}' already. Let the results begin otherwise: --prefix."
        raise SourceError(msg)
    # Lists have no place in a file of text: their words are put side by side.
    flat = [
        f"array_to_string(l.{sql.identifier(name)}, ', ')" if kind.endswith("[]") else f"l.{sql.identifier(name)}"
        for name, kind in results.items()
    ]
    own = [f"f.c{i}" for i in range(len(file.names))]
    columns = ", ".join(f"{value} AS v{i}" for i, value in enumerate([*own, *flat]))
    rows = con.execute(
        f"SELECT {columns} FROM {TABLE} AS f "
        "INNER JOIN geocode.record_location AS r ON r.kind = 'customer' AND r.row_no = f.row_no "
        "INNER JOIN geocode.location AS l ON l.location_id = r.location_id ORDER BY f.row_no"
    ).to_arrow_table()
    counts = con.execute(
        "SELECT l.status, l.match_level, count(*) FROM geocode.record_location AS r "
        "INNER JOIN geocode.location AS l ON l.location_id = r.location_id WHERE r.kind = 'customer' "
        "GROUP BY ALL ORDER BY 1, 2 NULLS LAST"
    ).fetchall()
    return rows.rename_columns(names), tuple((str(s), level, int(n)) for s, level, n in counts)
