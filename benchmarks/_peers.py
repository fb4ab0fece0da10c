"""Peers in environments of their own, the questions that both sides are asked, and what their answers are worth.

What counts is processor time (user and system, all threads) from the questions in a file to the answers in another one;
imports do not count, nor does what is done once for a reference: our geocoder is open, the peer has built and saved its
own. The time of the whole process stands beside it: start, imports, opening (which takes ours a second or two), asking.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the noise of the tests asks both sides

from tests.geocode import noise  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CITIES = Path(os.environ.get("GCRM_TESTDATA", ROOT.parent / "shared" / "data")) / "addresses"
PEERS = Path(__file__).parent / "peers"
KINDS = ("clean", "one_typo", "two_typos")
_TURNS = 3
#: An answer is right within this distance of a point of the true address, in metres.
NEAR_M = 50.0
#: An address that the reference has at places farther apart is not asked for: no answer is the right one, in metres.
FAR_M = 100.0
_SCATTERED = """
    DELETE FROM held WHERE (lower(house_number), lower(street), postcode) IN (
        SELECT (lower(house_number), lower(street), postcode) FROM held GROUP BY ALL
        HAVING 111195 * greatest(max(lat) - min(lat), (max(lon) - min(lon)) * cos(radians(min(lat)))) > $far_m
    )
"""


@dataclass(frozen=True)
class Side:
    """What a job took: addresses asked, seconds of the clock, of the processors, and those of the whole process."""

    rows: int
    seconds: float
    cpu: float
    whole_cpu: float

    @property
    def speed(self) -> float:
        """Addresses per second of processor time."""
        return self.rows / self.cpu


def environment(requirement: str, *others: str) -> Path | None:
    """Return the Python of an environment that holds a peer and what it needs besides, made once.

    Null where there is no Python 3.12 for it.
    """
    folder = Path(__file__).parent / "out" / requirement.replace("==", "-")
    python = folder / "bin" / "python"
    if (folder / "ready").exists():
        return python
    base = os.environ.get("GCRM_PYTHON312") or shutil.which("python3.12")
    if base is None:
        return None
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([base, "-m", "venv", str(folder)], check=True)
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", requirement, *others], check=True)
    (folder / "ready").touch()
    return python


def took(command: Sequence[str | Path], rows: int, folder: Path) -> Side:
    """Run a job in a folder; it writes `took.json`: seconds of the clock and of the processors."""
    process = subprocess.Popen([str(part) for part in command], cwd=folder, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{Path(str(command[1])).name} ended with {process.returncode}")
    said = json.loads((folder / "took.json").read_text(encoding="utf-8")) if rows else {"seconds": 0, "cpu": 1}
    return Side(rows, said["seconds"], said["cpu"], used.ru_utime + used.ru_stime)


def in_turns(jobs: Sequence[Sequence[str | Path]], rows: int, folder: Path) -> list[Side]:
    """Run jobs in turns, three times; each took what its middle run did, for half a second is easily disturbed."""
    runs = [[took(job, rows, folder) for job in jobs] for _ in range(_TURNS)]
    return [sorted(sides, key=lambda side: side.cpu)[_TURNS // 2] for sides in zip(*runs, strict=True)]


def write_questions(folder: Path, city: str, name: str, rows: int, line: Callable[[noise.Written], str]) -> None:
    """Write `held.parquet` (the city), `questions.parquet` (rows per kind of noise) and `truth.parquet`."""
    with duckdb.connect() as con:
        con.execute(
            "CREATE TEMP TABLE held AS SELECT row_number() OVER () AS row_no, house_number, street, postcode, lon, lat "
            "FROM read_parquet($path)",
            {"path": str(CITIES / f"{city}.parquet")},
        )
        con.execute(f"COPY held TO '{folder / 'held.parquet'}'")
        con.execute(_SCATTERED, {"far_m": FAR_M})
        noise.KINDS = {kind: noise.KINDS[kind] for kind in KINDS}
        asked = [a for a in noise.noise(con, city=name, seed=20, rows=rows, half=1) if a.kind in KINDS]
    table = {
        "id": pa.array(range(1, len(asked) + 1), pa.int32()),
        "kind": [a.kind for a in asked],
        "row_no": [a.row_no for a in asked],
        "address": [line(a) for a in asked],
        "postcode": [a.postcode for a in asked],
    }
    with duckdb.connect() as con:
        con.register("asked", pa.table(table))
        # In an order of chance, so that the first ones are a fair sample.
        con.execute(
            "CREATE TEMP TABLE question AS SELECT row_number() OVER (ORDER BY md5(id::VARCHAR))::INTEGER AS place, * "
            "FROM asked ORDER BY place"
        )
        con.execute(
            f"COPY (SELECT place AS id, address, postcode FROM question ORDER BY place) "
            f"TO '{folder / 'questions.parquet'}'"
        )
        con.execute(f"COPY (SELECT place AS id, kind, row_no FROM question) TO '{folder / 'truth.parquet'}'")


def shares(folder: Path, answers: str, rows: int) -> dict[str, tuple[float, float]]:
    """Return per kind of noise the shares of the first questions that were answered right, and wrong."""
    with duckdb.connect() as con:
        found = con.execute(
            """
            WITH judged AS (
                SELECT t.id, t.kind, a.lon IS NOT NULL AS answered,
                    coalesce(bool_or(
                        sqrt(((a.lon - other.lon) * cos(radians(other.lat))) ** 2 + (a.lat - other.lat) ** 2) * 111195
                        <= $near_m), false) AS is_right
                FROM read_parquet($truth) AS t
                JOIN read_parquet($held) AS h ON h.row_no = t.row_no
                JOIN read_parquet($held) AS other
                    ON (other.house_number, other.street, other.postcode) = (h.house_number, h.street, h.postcode)
                LEFT JOIN read_parquet($answers) AS a ON a.id = t.id
                WHERE t.id <= $rows
                GROUP BY t.id, t.kind, answered
            )
            SELECT kind, avg(is_right::INT), avg((answered AND NOT is_right)::INT)
            FROM judged GROUP BY kind ORDER BY kind
            """,
            {
                "near_m": NEAR_M,
                "rows": rows,
                **{name: str(folder / f"{name}.parquet") for name in ("truth", "held")},
                "answers": str(folder / answers),
            },
        ).fetchall()
    return {kind: (right, wrong) for kind, right, wrong in found}


def ask_ours(folder: Path, columns: Sequence[str]) -> None:
    """Answer the questions of a folder, those of `columns`, by a geocoder that is open."""
    from gcrm.geocode import Geocoder  # noqa: PLC0415 - the parent process does without

    with Geocoder(folder / "ours.pack") as geocoder:
        started, computed = time.perf_counter(), time.process_time()
        # `read_table` would import more of pyarrow first.
        asked = pq.ParquetFile(folder / "questions.parquet").read(columns=["id", *columns])
        found = geocoder.find_all(asked).append_column("id", asked.column("id"))
        # Only what is taken without a person counts, and no centre of a street or an area.
        sure = pc.and_(
            pc.equal(found.column("status"), "matched"),
            pc.invert(pc.is_in(found.column("match_level"), pa.array(["street", "postcode", "place"]))),
        )
        pq.write_table(found.filter(sure).select(["id", "lon", "lat"]), folder / "ours.parquet")
        used = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - computed}
    (folder / "took.json").write_text(json.dumps(used), encoding="utf-8")


def report(
    name: str, promised: float, ours: Side, peer: Side, right: dict[str, Any], peer_right: dict[str, Any]
) -> None:
    """Print the line, and the shares of either side; end with an error where the peer is right more often."""
    ratio = ours.speed / peer.speed
    print(
        f"BENCH {name} ours={ours.speed:.0f} peer={peer.speed:.0f} ratio={ratio:.2f} unit=addresses/CPU-s "
        f"promised={promised:.0f} cpu={ours.cpu:.2f} peer_cpu={peer.cpu:.2f} rows={ours.rows} peer_rows={peer.rows} "
        f"seconds={ours.seconds:.2f} peer_seconds={peer.seconds:.2f} "
        f"whole_cpu={ours.whole_cpu:.2f} peer_whole_cpu={peer.whole_cpu:.2f}",
        flush=True,
    )
    for kind in KINDS:
        print(
            f"  {kind}: right {right[kind][0]:.2%} (wrong {right[kind][1]:.2%}), "
            f"peer right {peer_right[kind][0]:.2%} (wrong {peer_right[kind][1]:.2%})",
            flush=True,
        )
    if ratio < promised:
        print(f"  {ratio:.1f} is less than the {promised:.0f} that is promised", flush=True)
    whole = ours.rows / ours.whole_cpu / (peer.rows / peer.whole_cpu)
    print(f"  counted is the matching; with start, imports and opening it is {whole:.1f} times", flush=True)
    worse = [kind for kind in KINDS if right[kind][0] < peer_right[kind][0]]
    if worse:
        sys.exit(f"{name}: less often right than the peer: {', '.join(worse)}")
