"""Manifests: the newest valid one wins, nothing is ever replaced, and what no kept manifest names goes."""

from __future__ import annotations

import json
import threading

import pytest

from gcrm import sql
from gcrm.warehouse import retention, snapshot


@pytest.fixture
def folder(tmp_path):
    (tmp_path / snapshot.FOLDER).mkdir()
    return tmp_path


def stage_file(folder, name):
    path = folder / snapshot.FOLDER / f"{name}.duckdb"
    with sql.connect() as con:
        snapshot.attach_file(con, path, "warehouse", read_only=False)
        con.execute("CREATE TABLE warehouse.t AS SELECT 1 AS a")
    return snapshot.StageFile(path.name, f"print-{name}", path.stat().st_size)


def test_nothing_is_published_in_an_empty_folder(folder):
    assert snapshot.newest(folder) is None


def test_the_newest_manifest_is_published_and_can_be_read(folder):
    first = snapshot.publish(folder, {"warehouse": stage_file(folder, "a")}, {}, "1")
    second = snapshot.publish(folder, {"warehouse": stage_file(folder, "b")}, {}, "1")
    assert (first.sequence, second.sequence) == (1, 2)
    assert first.id != second.id
    assert snapshot.newest(folder) == second
    with sql.connect() as con:
        snapshot.attach(con, folder, second)
        assert con.execute("SELECT a FROM warehouse.t").fetchall() == [(1,)]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda _: "",
        lambda _: "[]",
        lambda text: text.replace('"sequence": 2', '"sequence": 3'),
        lambda text: json.dumps({**json.loads(text), "format": 99}),
    ],
)
def test_a_damaged_manifest_is_passed_over(folder, damage):
    first = snapshot.publish(folder, {"warehouse": stage_file(folder, "a")}, {}, "1")
    snapshot.publish(folder, {"warehouse": stage_file(folder, "b")}, {}, "1")
    path = folder / snapshot.FOLDER / "manifest-00000002.json"
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert snapshot.newest(folder) == first


def test_a_manifest_whose_file_is_missing_or_cut_is_passed_over(folder):
    first = snapshot.publish(folder, {"warehouse": stage_file(folder, "a")}, {}, "1")
    second = snapshot.publish(folder, {"warehouse": stage_file(folder, "b")}, {}, "1")
    path = folder / snapshot.FOLDER / "b.duckdb"
    path.write_bytes(path.read_bytes()[:-1])
    assert snapshot.newest(folder) == first
    path.unlink()
    assert snapshot.newest(folder) == first
    assert snapshot.publish(folder, dict(second.stages), {}, "1").sequence == 3


def test_old_manifests_and_their_files_are_pruned(folder):
    for name in "abcde":
        snapshot.publish(folder, {"warehouse": stage_file(folder, name)}, {}, "1")
    assert sorted(retention.prune(folder, 3)) == [
        "a.duckdb",
        "b.duckdb",
        "manifest-00000001.json",
        "manifest-00000002.json",
    ]
    assert sorted(p.name for p in (folder / snapshot.FOLDER).glob("*.duckdb")) == ["c.duckdb", "d.duckdb", "e.duckdb"]
    assert snapshot.newest(folder).sequence == 5


def test_publishing_at_the_same_time_gives_each_its_own_number(folder):
    file = stage_file(folder, "a")
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(snapshot.publish(folder, {"warehouse": file}, {}, "1")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(m.sequence for m in found) == list(range(1, 9))
    assert not list((folder / snapshot.FOLDER).glob("*.tmp"))
