"""Several files by a pattern: one source, each file with its own lines in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shapely.geometry import box

from gcrm.errors import SourceError
from gcrm.ingest import input_files
from gcrm.ingest.pattern import found
from tests.ingest.bench import build, settings

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    write(tmp_path, o_2="owner_id,name\n3,c\n1,again\n", o_1="name,owner_id\na,1\n,\nb,2\n", other="x\n")
    built = build(tmp_path, it={"kind": "owners", "path": "o_*.csv"})
    assert built.rows("SELECT owner_id, name, row_no FROM ingest.owner ORDER BY row_no") == [
        ("1", "a", 1),
        ("2", "b", 3),
        ("3", "c", 4),
    ]
    assert built.rows("SELECT source, file, line, row_no, reason FROM ingest.reject ORDER BY row_no") == [
        ("it", "o_1.csv", 3, 2, "missing_value"),
        ("it", "o_2.csv", 3, 5, "duplicate_key"),
    ]
    account = "file, rows_in, rows_loaded, rows_rejected, physical_lines, loaded_lines, rejected_lines"
    assert built.rows(f"SELECT {account} FROM ingest.source ORDER BY file") == [
        ("o_1.csv", 3, 2, 1, 4, 2, 1),
        ("o_2.csv", 2, 1, 1, 3, 1, 1),
    ]
    assert [(f.subject, f.count, f.detail) for f in built.report.findings] == [
        ("it", 1, "duplicate_key (owner_id)"),
        ("it", 1, "missing_value (owner_id)"),
    ]


def test_row_numbers_are_unique_within_a_source(tmp_path: Path) -> None:
    write(tmp_path, **{f"c_{i}": f"customer_id,lon,lat\n{i}a,1,2\n{i}b,3,4\n" for i in range(5)})
    built = build(tmp_path, it={"kind": "customers", "path": "c_*.csv"})
    assert built.rows("SELECT count(*), count(DISTINCT row_no) FROM ingest.customer") == [(10, 10)]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"o_1": "owner_id,name\n1,a\n", "o_2": "owner_id,nome\n2,b\n"}, "o_2.csv lacks 'name', which o_1.csv has"),
        (
            {"o_1": "owner_id,name\n1,a\n", "o_2": "owner_id,name,team\n2,b,c\n"},
            "o_1.csv lacks 'team', which o_2.csv has",
        ),
        ({"x": "a\n"}, "no file is called like .*o_\\*.csv"),
        ({"o_1": "owner_id\n1\n", "o_2": ""}, r"\(o_2.csv\): the file has no header"),
    ],
)
def test_what_is_refused(tmp_path: Path, files: dict[str, str], says: str) -> None:
    write(tmp_path, **files)
    with pytest.raises(SourceError, match=says):
        build(tmp_path, it={"kind": "owners", "path": "o_*.csv"})


def test_a_mark_in_the_middle_and_mixed_line_ends(tmp_path: Path) -> None:
    """Each file is in its own encoding when its mark says so, and ends its lines in its own way."""
    (tmp_path / "o_1.csv").write_bytes("owner_id,name\r\n1,김\r\n".encode())
    (tmp_path / "o_2.csv").write_bytes("\ufeffowner_id,name\n2,김\n3\n".encode())
    (tmp_path / "o_3.csv").write_bytes("\ufeffowner_id,name\r4,김\r".encode("utf-16-le"))
    (tmp_path / "o_4.csv").write_bytes(b"owner_id,name\r\n5,e\n6,f\r\n")
    built = build(tmp_path, it={"kind": "owners", "path": "o_*.csv"})
    assert built.rows("SELECT owner_id, name FROM ingest.owner ORDER BY row_no") == [
        *((i, "김") for i in "124"),
        ("5", "e"),
        ("6", "f"),
    ]
    assert built.rows("SELECT file, line FROM ingest.reject") == [("o_2.csv", 3)]


def test_folders_within_folders(tmp_path: Path) -> None:
    write(tmp_path, a__2020__x="", a__2021__b__x="", a__y="", **{"a__.hidden": "", "snapshots__x": "", "a__~$x": ""})
    assert list(found(tmp_path, "a/**/x.csv")) == ["a/2020/x.csv", "a/2021/b/x.csv"]
    assert list(found(tmp_path, "**/*.csv")) == ["a/2020/x.csv", "a/2021/b/x.csv", "a/y.csv"]
    assert list(found(tmp_path / "a", "../a/202?/x.csv")) == ["../a/2020/x.csv"]
    assert list(found(tmp_path, f"{tmp_path}/a/[xy].csv")) == [f"{tmp_path}/a/y.csv"]
    assert found(tmp_path, "a/y.csv") == {"a/y.csv": tmp_path / "a/y.csv"}


def test_a_file_that_is_called_like_a_pattern(tmp_path: Path) -> None:
    (tmp_path / "o[1].csv").write_text("owner_id\na\n")
    (tmp_path / "o1.csv").write_text("owner_id\nb\n")
    built = build(tmp_path, it={"kind": "owners", "path": "o[1].csv"})
    assert built.rows("SELECT owner_id FROM ingest.owner") == [("a",)]
    pq.write_table(pa.table({"owner_id": ["c"]}), tmp_path / "p[1].parquet")
    pq.write_table(pa.table({"owner_id": ["d"]}), tmp_path / "p1.parquet")
    built = build(tmp_path, it={"kind": "owners", "path": "p[1].parquet"})
    assert built.rows("SELECT owner_id FROM ingest.owner") == [("c",)]


def test_every_file_takes_part_in_what_a_build_is_made_from(tmp_path: Path) -> None:
    write(tmp_path, o_1="owner_id\n", o_2="owner_id\n")
    project = settings(it={"kind": "owners", "path": "o_*.csv"})
    assert [p.name for p in input_files(project, tmp_path)] == ["o_1.csv", "o_2.csv"]


def test_geodata_and_wide_statistics(tmp_path: Path) -> None:
    for i, crs in ((1, 4326), (2, 32610)):
        frame = gpd.GeoDataFrame({"region_id": [f"z{i}"]}, geometry=[box(-122 - i, 37, -121 - i, 38)], crs=4326)
        frame.to_crs(crs).to_file(tmp_path / f"z_{i}.gpkg")
    write(tmp_path, f_1="region_id,a,b\nz1,1,2\n", f_2="b,a,region_id\n4,3,z2\n9,9,z1\n")
    built = build(
        tmp_path,
        zones={"kind": "regions", "level": "zone", "path": "z_*.gpkg"},
        facts={
            "kind": "zone_statistics",
            "level": "zone",
            "path": "f_*.csv",
            "statistics": {"households": "a", "jobs": "b"},
        },
    )
    assert built.rows(
        "SELECT region_id, file FROM ingest.region, ingest.source WHERE kind = 'regions' ORDER BY ALL"
    ) == [
        ("z1", "z_1.gpkg"),
        ("z1", "z_2.gpkg"),
        ("z2", "z_1.gpkg"),
        ("z2", "z_2.gpkg"),
    ]
    assert built.rows("SELECT region_id, statistic, value FROM ingest.zone_statistic ORDER BY ALL") == [
        ("z1", "households", 1.0),
        ("z1", "jobs", 2.0),
        ("z2", "households", 3.0),
        ("z2", "jobs", 4.0),
    ]
    assert built.rows("SELECT crs FROM ingest.source WHERE kind = 'regions'") == [("EPSG:4326",), ("EPSG:32610",)]
    assert built.rows("SELECT file, line, reason FROM ingest.reject") == [("f_2.csv", 3, "duplicate_key")]
