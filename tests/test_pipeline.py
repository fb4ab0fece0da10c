"""Builds: nothing half-published, unchanged stages the same files, a mistake leaves the published snapshot alone."""

from __future__ import annotations

import os
import shutil

import pytest

import gcrm
from gcrm.errors import ProjectError, SettingsError, SourceError
from gcrm.fingerprint import fingerprints, flow
from gcrm.pipeline import build
from gcrm.settings import load
from gcrm.warehouse import lock, snapshot

TOML = """
[project]
name = "Small"
metric_crs = "EPSG:32610"

[hierarchies.city]
levels = ["zone"]

[sources.zones]
kind = "regions"
level = "zone"
path = "zones.geojson"

[sources.customers]
kind = "customers"
path = "customers.csv"
"""
ZONES = """{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {"region_id": "W"}, "geometry": {"type": "Polygon", "coordinates":
[[[-122.5, 37.7], [-122.4, 37.7], [-122.4, 37.8], [-122.5, 37.8], [-122.5, 37.7]]]}},
{"type": "Feature", "properties": {"region_id": "E"}, "geometry": {"type": "Polygon", "coordinates":
[[[-122.4, 37.7], [-122.3, 37.7], [-122.3, 37.8], [-122.4, 37.8], [-122.4, 37.7]]]}}]}"""
CUSTOMERS = "customer_id,lon,lat\na,-122.45,37.75\nb,-122.35,37.75\nc,-122.4,37.75\nd,-100,37.75\ne,x,37.75\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "gcrm.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "zones.geojson").write_text(ZONES, encoding="utf-8")
    (tmp_path / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    return tmp_path


def files(folder):
    return {p.name: p.stat().st_mtime_ns for p in (folder / snapshot.FOLDER).iterdir() if p.name != "lock"}


def by_zone(folder):
    return {r["zone"]: r["customers"] for r in gcrm.open(folder).query(["customers"], by=["zone"]).table.to_pylist()}


def test_files_become_figures(folder):
    report = build(folder)
    assert [r.report.stage for r in report.stages] == [s.name for s in flow(load(folder))]
    assert report.changed
    # c stands on the border and goes to the lowest identifier, d in no zone, e is rejected.
    assert by_zone(folder) == {"E": 2, "W": 1, None: 1}
    assert any(f.kind == "rejected" and f.count == 1 for f in report.findings)


def test_a_rebuild_without_changes_writes_nothing(folder):
    first = build(folder)
    before = files(folder)
    second = build(folder)
    assert files(folder) == before
    assert not second.changed
    assert all(r.reused for r in second.stages)
    assert second.manifest == first.manifest
    assert second.findings == first.findings


def test_only_stages_downstream_of_a_change_are_built(folder):
    build(folder)
    project = load(folder)
    before = fingerprints(project, folder)
    (folder / "gcrm.toml").write_text("cell_resolutions = [7]\n" + TOML, encoding="utf-8")
    after = fingerprints(load(folder), folder)
    same = [name for name in before if before[name] == after[name]]
    assert same == ["ingest", "geocode"]
    report = build(folder)
    assert [r.report.stage for r in report.stages if r.reused] == ["ingest", "geocode"]


def test_a_title_changes_no_stage_but_is_published(folder):
    build(folder)
    (folder / "gcrm.toml").write_text(TOML.replace("Small", "Large"), encoding="utf-8")
    assert gcrm.open(folder).settings.project.name == "Small"
    report = build(folder)
    assert all(r.reused for r in report.stages)
    assert gcrm.open(folder).settings.project.name == "Large"


def test_readers_keep_their_snapshot_until_they_move(folder):
    build(folder)
    ws = gcrm.open(folder)
    (folder / "customers.csv").write_text(CUSTOMERS + "f,-122.45,37.75\n", encoding="utf-8")
    build(folder)
    assert ws.query(["customers"]).table["customers"].to_pylist() == [4]
    assert ws.refresh()
    assert ws.query(["customers"]).table["customers"].to_pylist() == [5]
    assert not ws.refresh()


def test_a_mistake_publishes_nothing_and_leaves_no_drafts(folder):
    build(folder)
    before = files(folder)
    (folder / "customers.csv").unlink()
    with pytest.raises(SourceError, match=r"customers\.csv"):
        build(folder)
    (folder / "gcrm.toml").write_text(TOML.replace("zone", "zon", 1), encoding="utf-8")
    with pytest.raises(SettingsError):
        build(folder)
    assert files(folder) == before
    assert by_zone(folder)["W"] == 1


def test_what_a_killed_build_left_is_cleared(folder):
    left = folder / snapshot.FOLDER / "build-4194399"  # beyond the largest process number
    left.mkdir(parents=True)
    (left / "ingest-0.duckdb").write_bytes(b"half")
    draft = folder / snapshot.FOLDER / ".manifest-00000001.json.0.tmp"
    draft.write_bytes(b"half")
    build(folder)
    assert not left.exists()
    assert not draft.exists()


def test_two_builds_do_not_run_at_once(folder):
    with lock.writing(folder, "build"), pytest.raises(ProjectError, match=rf"Another build \(process {os.getpid()} on"):
        build(folder)
    build(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_rights_says_so(folder):
    folder.chmod(0o500)
    try:
        with pytest.raises(ProjectError, match="cannot be written"):
            build(folder)
    finally:
        folder.chmod(0o700)


def test_opening_what_was_never_built_says_what_to_do(folder):
    with pytest.raises(ProjectError, match="gcrm build"):
        gcrm.open(folder)
    shutil.rmtree(folder)
    with pytest.raises(SettingsError, match="gcrm init"):
        gcrm.open(folder)
