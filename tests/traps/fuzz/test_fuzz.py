"""Fuzzing: parsers never die, and never raise anything that is not made for the user."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, box

from gcrm import sql
from gcrm.errors import SourceError, UserError
from gcrm.ingest.load import load
from gcrm.ingest.reading import Origin
from gcrm.process import Limits, run
from gcrm.settings import load as load_settings
from tests.ingest import bench
from tests.traps.fuzz import damage, targets
from tests.traps.fuzz.trees import convert_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import duckdb

HARNESS = Path(__file__).with_name("harness.py")
FULL = os.environ.get("GCRM_SOAK") == "1"
SHAPES = [
    Point(1, 2),
    box(0, 0, 1, 1),
    MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)]),
    box(0, 0, 9, 9) - box(1, 1, 2, 2),
]
TOKENS = [
    ",",
    '"',
    '""',
    "\n",
    "\r\n",
    "\r",
    "a",
    "1",
    "\0",
    "ü",
    "\u2028",
    " ",
    "2020-01-01",
    "-122.5",
    ",,",
    "x" * 50,
]
SMALL = settings(
    max_examples=1000 if FULL else 100,
    deadline=None,
    derandomize=not FULL,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with sql.connect() as connection:
        yield connection


@SMALL
@given(rows=st.lists(st.sampled_from(TOKENS), max_size=60))
def test_any_text_is_counted_or_refused(tmp_path: Path, con: duckdb.DuckDBPyConnection, rows: list[str]) -> None:
    text = "customer_id,name,since\n" + "".join(rows)
    try:
        built = bench.load_text(con, tmp_path, "customers", text)
    except UserError:
        return
    data = text.encode()
    physical = data.count(b"\n") + (not data.endswith(b"\n"))
    account = built.rows(
        "SELECT physical_lines, header_lines + loaded_lines + rejected_lines, rows_in - rows_loaded - rows_rejected "
        "FROM ingest.source"
    )
    assert account == [(physical, physical, 0)]


@SMALL
@given(
    shape=st.sampled_from(SHAPES),
    cuts=st.lists(st.tuples(st.integers(0, 200), st.binary(max_size=6)), min_size=1, max_size=4),
    order=st.sampled_from([0, 1]),
)
def test_changed_wkb_is_a_geometry_or_a_fault(shape: Any, cuts: list[tuple[int, bytes]], order: int) -> None:
    data = bytearray(shapely.to_wkb(shape, byte_order=order))
    for place, part in cuts:
        data[place % len(data) : place % len(data) + len(part)] = part
        if not data:
            return
    targets.wkb(bytes(data))


SCALARS = st.one_of(st.text(max_size=8), st.integers(), st.booleans(), st.floats(), st.none())
WORDS = st.sampled_from(
    ["sources", "project", "name", "kind", "path", "columns", "limits", "rows", "hierarchies", "levels", "crs", "x"]
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=20,
)


@SMALL
@given(tree=st.dictionaries(WORDS, TREES, max_size=5))
def test_any_settings_are_read_or_refused(tmp_path: Path, tree: dict[str, Any]) -> None:
    lines = [f"{key} = {_toml(value)}" for key, value in tree.items()]
    (tmp_path / "gcrm.toml").write_text("\n".join(lines), encoding="utf-8", errors="replace")
    try:
        load_settings(tmp_path)
    except UserError:
        return


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value) if value is not None else "none"


NUMBERS = st.one_of(st.floats(), st.integers(-200, 200), st.none(), st.text(max_size=2))
POSITIONS = st.recursive(st.lists(NUMBERS, max_size=4), lambda inner: st.lists(inner, max_size=4), max_leaves=30)
TYPES = st.sampled_from(
    ["Point", "Polygon", "MultiPolygon", "GeometryCollection", "LineString", "Topology", "Feature", "x", ""]
)
GEOMETRIES = st.fixed_dictionaries(
    {"type": TYPES, "coordinates": POSITIONS}, optional={"geometries": POSITIONS, "arcs": POSITIONS}
)
FEATURES = st.fixed_dictionaries(
    {
        "type": TYPES,
        "geometry": st.one_of(GEOMETRIES, SCALARS),
        "properties": st.one_of(SCALARS, st.dictionaries(WORDS, TREES, max_size=3)),
    }
)
COLLECTIONS = st.fixed_dictionaries(
    {"type": st.sampled_from(["FeatureCollection", "Topology", "Feature", ""])},
    optional={
        "features": st.lists(FEATURES, max_size=5),
        "objects": st.dictionaries(WORDS, GEOMETRIES, max_size=2),
        "arcs": POSITIONS,
        "crs": TREES,
    },
)


@pytest.mark.soak
@settings(SMALL, max_examples=100 if FULL else 10)
@given(trees=st.lists(COLLECTIONS, min_size=10, max_size=10))
def test_any_tree_of_geojson_is_read_or_refused(tmp_path: Path, trees: list[Any]) -> None:
    """Ten at a time go through GDAL in one process of its own, which must not die of any."""
    files = []
    for i, tree in enumerate(trees):
        files.append(tmp_path / f"{i}.json")
        files[-1].write_text(json.dumps(tree), encoding="utf-8", errors="replace")
    wrong = run(convert_all, files, tmp_path / "draft.parquet", limits=Limits(2000, 120))
    assert wrong == []


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good")
    damage.write(folder)
    return folder


@pytest.mark.soak
def test_damaged_files(good: Path, tmp_path: Path, con: duckdb.DuckDBPyConnection, soak: Callable[..., int]) -> None:
    """Whatever is left of a file, it is loaded and counted, or refused."""
    chance = random.Random(500)  # noqa: S311
    names = [*damage.TEXTS * 3, *damage.PACKED]
    refused = 0
    for i in range(soak(500, 25)):
        name = names[i % len(names)]
        path = tmp_path / name
        path.write_bytes(damage.damage((good / name).read_bytes(), chance))
        source = {"kind": "regions", "level": "zone", "path": name}
        project = bench.settings(it=source)
        con.execute("DETACH DATABASE IF EXISTS ingest; ATTACH ':memory:' AS ingest")
        for table in ("reject", "source"):
            sql.run(con, "gcrm.ingest", table)
        try:
            load(con, Origin("it", project.sources["it"], path), project, ())
        except SourceError:
            refused += 1
        else:
            account = con.execute("SELECT rows_in - rows_loaded - rows_rejected FROM ingest.source").fetchall()
            assert account == [(0,)]
    assert refused


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="atheris is there for Linux only")
@pytest.mark.parametrize("target", ["csv", "wkb", "nests", "toml", "text"])
def test_coverage_guided(target: str, tmp_path: Path, repository: Path, soak: Callable[..., int]) -> None:
    """A campaign of atheris ends in time and finds nothing."""
    seconds = soak(30)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    seeds = {
        "csv": [b'a,b\n1,"x\ny"\n2,""""\r\n\n3,z,\n'],
        "wkb": [shapely.to_wkb(shape) for shape in SHAPES],
        "nests": [b'{"a": [{"b\\"[": [[]]}]}'],
        "toml": [(repository / "data" / "samples" / "san_francisco" / "gcrm.toml").read_bytes()],
        "text": ["\0고객,이름\n1,김\n".encode("cp949")],
    }
    for i, seed in enumerate(seeds[target]):
        (corpus / str(i)).write_bytes(seed)
    command = [sys.executable, str(HARNESS), target, f"-max_total_time={seconds}", f"-artifact_prefix={tmp_path}/"]
    environment = os.environ | {"PYTHONPATH": str(repository), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [*command, str(corpus)], check=False, capture_output=True, text=True, env=environment, timeout=seconds + 120
    )
    assert done.returncode == 0, done.stderr[-3000:]
