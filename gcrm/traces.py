"""Traces of devices, counted on the machine that they lie on: flows and people present, and no device in either.

A ping counts for the time until the next one of its device, at most `gap_min`; in each hour a device is present in the
cell where it dwelt longest. A stay is an unbroken time of at least `stay_min` in one cell, and a trip leads from one
stay to the next in another cell. A count is written only where at least k different devices stand behind it; all
others are left out, so that nobody can tell a small count from none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from gcrm import sql
from gcrm.conform.lattice import Lattice
from gcrm.errors import SourceError, near

if TYPE_CHECKING:
    from pathlib import Path

#: Fewest devices that a count may be of.
LEAST = 5
_WORDS = {
    "device": ("device_id", "device", "uid", "user_id", "user", "id", "imei", "maid", "adid", "bike_id", "vehicle_id"),
    "time": ("timestamp", "datetime", "time", "utc_timestamp", "local_time", "seen_at"),
    "lon": ("lon", "lng", "long", "longitude", "x"),
    "lat": ("lat", "latitude", "y"),
}
_DAY = "CASE isodow({0}) WHEN 6 THEN 'saturday' WHEN 7 THEN 'sunday' ELSE 'weekday' END"


@dataclass(frozen=True)
class Rules:
    """How traces are counted.

    Attributes
    ----------
    k
        Fewest different devices behind a count that is written.
    resolution
        H3 resolution of the places.
    gap_min
        Most minutes for which a ping counts.
    stay_min
        Fewest minutes of a stay.
    """

    k: int = 10
    resolution: int = 9
    gap_min: float = 60.0
    stay_min: float = 10.0


@dataclass(frozen=True)
class Counted:
    """What came of traces.

    Attributes
    ----------
    pings, unread
        Rows that were read, and rows without device, time or a point in the world.
    devices, days
        How many different ones.
    flows, flows_withheld
        Pairs of places and times that were written, and those left out for being of fewer than k devices.
    presence, presence_withheld
        The same of places and times.
    """

    pings: int
    unread: int
    devices: int
    days: int
    flows: int
    flows_withheld: int
    presence: int
    presence_withheld: int


def count(source: Path, out: Path, rules: Rules | None = None, columns: dict[str, str] | None = None) -> Counted:
    """Count traces, and write `movements.csv` and `floating_populations.csv`, which hold no device.

    Parameters
    ----------
    source
        CSV or Parquet file with one row per ping.
    out
        Folder to write to; made where it is not there.
    rules
        How to count.
    columns
        `device`, `time`, `lon` and `lat` -> the file's columns; usual names are found by themselves.

    Returns
    -------
    Counted
        What was read, written and withheld.

    Raises
    ------
    SourceError
        If the file cannot be read or lacks a column, or if k is too small.
    """
    rules = rules or Rules()
    if rules.k < LEAST:
        msg = f"Counts of fewer than {LEAST} devices tell of single people; found k = {rules.k}. Take a larger one."
        raise SourceError(msg)
    with sql.connect() as con:
        read = _read(con, source, columns or {})
        _place(con, rules.resolution)
        _stay(con, rules)
        out.mkdir(parents=True, exist_ok=True)
        flows = _write(con, _FLOWS, out / "movements.csv", rules.k)
        presence = _write(con, _PRESENCE, out / "floating_populations.csv", rules.k)
        devices, days = con.execute("SELECT count(DISTINCT device), count(DISTINCT seen::DATE) FROM ping").fetchall()[0]
    return Counted(*read, devices, days, *flows, *presence)


def _read(con: duckdb.DuckDBPyConnection, source: Path, columns: dict[str, str]) -> tuple[int, int]:
    """Read the pings; devices become numbers. Return how many were read, and how many were not."""
    path = sql.literal(sql.one_file(source))
    parquet = source.suffix.lower() in {".parquet", ".pq"}
    file = f"read_parquet({path})" if parquet else f"read_csv({path}, all_varchar = true, header = true)"
    try:
        names = [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {file}").fetchall()]
        found = {what: _column(what, names, columns.get(what)) for what in _WORDS}
        quoted = {what: '"' + name.replace('"', '""') + '"' for what, name in found.items()}
        con.execute(
            f"""CREATE TEMP TABLE ping AS
            WITH said AS (
                SELECT {quoted["device"]}::VARCHAR AS name, try_cast({quoted["time"]} AS TIMESTAMP) AS seen,
                    try_cast({quoted["lon"]} AS DOUBLE) AS lon, try_cast({quoted["lat"]} AS DOUBLE) AS lat
                FROM {file})
            SELECT dense_rank() OVER (ORDER BY name) AS device, seen, lon, lat FROM said
            WHERE name IS NOT NULL AND seen IS NOT NULL AND abs(lon) <= 180 AND abs(lat) <= 90"""
        )
        total = sql.number(con, f"SELECT count(*) FROM {file}")
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        msg = f"{source.name} cannot be read as {'Parquet' if parquet else 'CSV'}: {type(error).__name__}."
        raise SourceError(msg) from error
    kept = sql.number(con, "SELECT count(*) FROM ping")
    return kept, total - kept


def _column(what: str, names: list[str], wanted: str | None) -> str:
    if wanted is not None:
        if wanted not in names:
            msg = f"The traces have no column '{wanted}' for the {what}.{near(wanted, names)}"
            raise SourceError(msg)
        return wanted
    plain = {name.strip().lower(): name for name in names}
    for word in _WORDS[what]:
        if word in plain:
            return plain[word]
    msg = f"The traces have no column for the {what}; name it by --column {what}=NAME. There are: {', '.join(names)}."
    raise SourceError(msg)


def _place(con: duckdb.DuckDBPyConnection, resolution: int) -> None:
    """Give every ping its cell."""
    table = con.execute("SELECT device, seen, lon, lat FROM ping").to_arrow_table()
    cells = Lattice(resolution).cells(table["lon"].to_numpy(), table["lat"].to_numpy()).each
    con.register("arrow_rows", table.select(["device", "seen"]).append_column("cell", pa.array(cells)))
    try:
        con.execute("CREATE OR REPLACE TEMP TABLE ping AS SELECT * FROM arrow_rows")
    finally:
        con.unregister("arrow_rows")


def _stay(con: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Write how long each ping counts, and the stays that they make."""
    con.execute(
        """CREATE TEMP TABLE span AS
        SELECT device, cell, seen,
            least(coalesce(lead(seen) OVER w, seen), seen + to_seconds($gap * 60)) AS until,
            CASE WHEN lag(cell) OVER w = cell AND seen <= lag(seen) OVER w + to_seconds($gap * 60) THEN 0 ELSE 1 END
                AS new
        FROM ping WINDOW w AS (PARTITION BY device ORDER BY seen, cell)""",
        {"gap": rules.gap_min},
    )
    con.execute(
        """CREATE TEMP TABLE stay AS
        WITH numbered AS (SELECT *, sum(new) OVER (PARTITION BY device ORDER BY seen, cell) AS stay FROM span)
        SELECT device, stay, any_value(cell) AS cell, min(seen) AS begins, max(seen) AS ends
        FROM numbered GROUP BY device, stay HAVING max(seen) >= min(seen) + to_seconds($stay * 60)""",
        {"stay": rules.stay_min},
    )


_FLOWS = f"""
    WITH trip AS (
        SELECT device, lag(cell) OVER w AS origin, cell AS destination, lag(ends) OVER w AS left_at
        FROM stay WINDOW w AS (PARTITION BY device ORDER BY stay)
    )
    SELECT lower(to_hex(origin)) AS origin_id, lower(to_hex(destination)) AS destination_id,
        {_DAY.format("left_at")} AS day_type, hour(left_at) AS hour, count(*) AS trips,
        count(DISTINCT device) AS devices
    FROM trip WHERE origin IS NOT NULL AND origin <> destination GROUP BY ALL
"""
#: An hour that a ping reaches into is told by the minutes of it.
_PRESENCE = f"""
    WITH hourly AS (
        SELECT device, cell, h.hour,
            epoch(least(until, h.hour + INTERVAL 1 HOUR)) - epoch(greatest(seen, h.hour)) AS seconds
        FROM span, unnest(range(date_trunc('hour', seen), until + INTERVAL 1 MICROSECOND, INTERVAL 1 HOUR)) AS h(hour)
    ),
    dwelt AS (SELECT device, hour, cell, sum(seconds) AS seconds FROM hourly GROUP BY ALL),
    present AS (
        SELECT device, hour, cell FROM dwelt
        QUALIFY row_number() OVER (PARTITION BY device, hour ORDER BY seconds DESC, cell) = 1
    ),
    day AS (
        SELECT {_DAY.format("seen")} AS day_type, count(DISTINCT seen::DATE) AS days FROM ping GROUP BY ALL
    ),
    counted AS (
        SELECT cell, {_DAY.format("hour")} AS day_type, hour(hour) AS hour, count(*) AS visits,
            count(DISTINCT device) AS devices
        FROM present GROUP BY ALL
    )
    SELECT lower(to_hex(c.cell)) AS place_id, c.day_type, c.hour, round(c.visits / d.days, 1) AS persons,
        'stock' AS measure, c.devices
    FROM counted AS c JOIN day AS d ON d.day_type = c.day_type
"""


def _write(con: duckdb.DuckDBPyConnection, query: str, path: Path, k: int) -> tuple[int, int]:
    """Write the counts of at least k devices; return how many were written, and how many were not."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE found AS {query}")
    file = sql.literal(str(path))
    con.execute(
        f"COPY (SELECT * EXCLUDE (devices) FROM found WHERE devices >= $k ORDER BY ALL) TO {file} (HEADER)", {"k": k}
    )
    every = sql.number(con, "SELECT count(*) FROM found")
    written = sql.number(con, "SELECT count(*) FROM found WHERE devices >= $k", {"k": k})
    return written, every - written
