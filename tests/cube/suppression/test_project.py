"""A project that is built again and again: what it gave out before stays known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import gcrm
from gcrm.access.scope import Scope
from gcrm.pipeline import build

if TYPE_CHECKING:
    from pathlib import Path

TOML = """
[project]
name = "Street"
metric_crs = "EPSG:32610"

[hierarchies.city]
levels = ["zone"]

[releases.public]
measures = ["customers"]
tables = [["zone"], []]

[sources.zones]
kind = "regions"
path = "zones.geojson"
level = "zone"
[sources.zones.columns]
region_id = "id"

[sources.customers]
kind = "customers"
path = "customers.csv"
"""
PUBLIC = Scope("public")


def write(folder: Path, counts: list[int]) -> None:
    """Zones side by side, with so many customers each."""
    folder.mkdir(exist_ok=True)
    (folder / "gcrm.toml").write_text(TOML, encoding="utf-8")
    squares = ",".join(
        f'{{"type": "Feature", "properties": {{"id": "z{i}"}}, "geometry": {{"type": "Polygon", "coordinates": '
        f"[[[{i},0],[{i + 1},0],[{i + 1},1],[{i},1],[{i},0]]]}}}}"
        for i in range(6)
    )
    text = f'{{"type": "FeatureCollection", "features": [{squares}]}}'
    (folder / "zones.geojson").write_text(text, encoding="utf-8")
    people = "".join(f"c{i}-{n},{i + 0.5},0.5\n" for i, count in enumerate(counts) for n in range(count))
    (folder / "customers.csv").write_text("customer_id,lon,lat\n" + people, encoding="utf-8")


def shown(folder: Path) -> dict[str, int | None]:
    table = gcrm.open(folder, PUBLIC).query(["customers"], by=["zone"]).table
    return dict(zip(table["zone"].to_pylist(), table["customers"].to_pylist(), strict=True))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("street") / "project"
    write(folder, [3, 20, 40, 60])
    build(folder)
    return folder


def test_what_was_withheld_stays_withheld_although_another_would_be_cheaper(project: Path, tmp_path: Path) -> None:
    assert shown(project) == {"z0": None, "z1": None, "z2": 40, "z3": 60, "z4": 0, "z5": 0}
    write(project, [3, 20, 40, 60, 12])
    build(project)
    assert shown(project) == {"z0": None, "z1": None, "z2": 40, "z3": 60, "z4": 12, "z5": 0}
    write(tmp_path / "fresh", [3, 20, 40, 60, 12])
    build(tmp_path / "fresh")
    assert shown(tmp_path / "fresh")["z1"] == 20


def test_an_unchanged_project_is_not_built_again_and_a_project_put_back_is(project: Path) -> None:
    write(project, [3, 20, 40, 61])
    first = build(project)
    again = build(project)
    assert not again.changed
    write(project, [4, 20, 40, 61])
    build(project)
    write(project, [3, 20, 40, 61])
    back = build(project)
    assert back.manifest.stages["warehouse"] == first.manifest.stages["warehouse"]
    assert back.manifest.stages["cube"] != first.manifest.stages["cube"]
    ws = gcrm.open(project)
    kept = ws.cursor().execute("SELECT count FROM cube.release_unknown WHERE fact = 'customer'").fetchall()
    assert {3, 4} <= {n for (n,) in kept}
    assert not build(project).changed
