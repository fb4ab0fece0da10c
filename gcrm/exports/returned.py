"""A scenario that was edited in a file, as it comes back."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.errors import RecordError, near
from gcrm.exports.escape import restore
from gcrm.geocode.pack.file import TABLE, read_file
from gcrm.geocode.workbench import open_stages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Sheet of a workbook that is read.
SHEET = "units"
_NEEDED = ("unit_id", "territory", "stamp")
#: Words for nobody that people write into an edited file.
_NOBODY = {"", "nobody", "none", "null", "-"}


@dataclass(frozen=True)
class Returned:
    """A scenario that was edited in a file.

    Attributes
    ----------
    units
        Unit -> territory; null is nobody's.
    owners
        Territory -> sales person, of territories for which the file names one.
    stamp
        What it was made from.
    """

    units: dict[str, str | None]
    owners: dict[str, str | None]
    stamp: str


def read_plan(path: Path) -> Returned:
    """Read a file that `plan_of` made and people edited: CSV, Excel, Parquet, GeoPackage or GeoJSON.

    Parameters
    ----------
    path
        The file; of its columns only unit_id, territory, owner_id and stamp are read, in any order.

    Returns
    -------
    Returned
        What it says.

    Raises
    ------
    RecordError
        If columns are missing, a unit stands twice, the rows are of several stamps, or one territory has two sales
        people.
    SourceError
        If the file cannot be read.
    """
    rows = _rows(path)
    stamps = sorted({row["stamp"] or "" for row in rows} - {""})
    if len(stamps) != 1:
        what = "no stamp" if not stamps else f"{len(stamps)} stamps"
        msg = f"{path.name} holds rows with {what}: it must be one export of one scenario, with its column 'stamp'."
        raise RecordError(msg)
    empty = [i for i, row in enumerate(rows, start=1) if not row["unit_id"]]
    if empty:
        msg = f"{path.name}: row {empty[0]} names no unit ({len(empty)} such rows). Fill in unit_id, or delete them."
        raise RecordError(msg)
    twice = [unit for unit, n in Counter(row["unit_id"] for row in rows).items() if n > 1]
    if twice:
        msg = f"{path.name}: unit '{twice[0]}' stands several times ({len(twice)} such units). Each may stand once."
        raise RecordError(msg)
    units = {str(row["unit_id"]): row["territory"] for row in rows}
    return Returned(units, _owners(path, rows), stamps[0])


def _owners(path: Path, rows: Sequence[Mapping[str, str | None]]) -> dict[str, str | None]:
    """Return the sales person of each territory, where all rows of it agree."""
    found: dict[str, set[str]] = {}
    for row in rows:
        if row["territory"] and row.get("owner_id"):
            found.setdefault(row["territory"], set()).add(str(row["owner_id"]))
    for territory, names in sorted(found.items()):
        if len(names) > 1:
            several = ", ".join(sorted(names)[:4])
            msg = (
                f"{path.name}: territory '{territory}' has several sales people: {several}. "
                "One looks after a whole territory: make two of it, or agree on one."
            )
            raise RecordError(msg)
    return {territory: names.pop() for territory, names in found.items()}


def _rows(path: Path) -> list[dict[str, str | None]]:
    """Return the rows of a file, of the columns that count."""
    with tempfile.TemporaryDirectory(prefix="gcrm-") as name, open_stages(Path(name)) as con:
        file = read_file(con, path, {"sheet": SHEET} if path.suffix.lower() == ".xlsx" else {})
        if file.broken:
            msg = f"{path.name}: {file.broken} records have more or fewer values than the header. Mend them."
            raise RecordError(msg)
        place = {restore(n).strip().lower(): i for i, n in enumerate(file.names)}
        for needed in _NEEDED:
            if needed not in place:
                msg = f"{path.name} has no column '{needed}'.{near(needed, place)}"
                raise RecordError(msg)
        wanted = [n for n in (*_NEEDED, "owner_id") if n in place]
        columns = ", ".join(f"CAST(c{place[n]} AS VARCHAR) AS {sql.identifier(n)}" for n in wanted)
        rows = con.execute(f"SELECT {columns} FROM {TABLE} ORDER BY row_no").to_arrow_table().to_pylist()
    is_csv = path.suffix.lower() == ".csv"
    return [{n: _word(v, escaped=is_csv, free=n != "stamp") for n, v in row.items()} for row in rows]


def _word(value: str | None, *, escaped: bool, free: bool) -> str | None:
    """Return a value as it was before it was written, and null for nobody."""
    if value is None:
        return None
    plain = (restore(value) if escaped else value).strip()
    return None if not plain or (free and plain.lower() in _NOBODY) else plain
