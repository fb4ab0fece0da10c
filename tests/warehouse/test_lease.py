"""Leases: the files that somebody reads stay, and a reader that died keeps nothing."""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
import time

import psutil
import pytest

import gcrm
from gcrm.errors import ProjectError
from gcrm.pipeline import build
from gcrm.warehouse import lease, lock, reader, retention, snapshot
from tests import project

HOLD = """
import sys, time
from pathlib import Path
from gcrm.warehouse.reader import open_newest
opened = open_newest(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    project.write(folder)
    build(folder)
    return folder


@pytest.fixture
def folder(built, tmp_path):
    return shutil.copytree(built, tmp_path / "p")


def root(folder):
    return folder / snapshot.FOLDER


def publish_next(folder, count):
    """Publish and clear as a build does, with the same data in files of other names."""
    for _ in range(count):
        last = snapshot.newest(folder)
        stages = {}
        for stage, file in last.stages.items():
            name = f"{stage}-{last.sequence}.duckdb"
            shutil.copy(root(folder) / file.file, root(folder) / name)
            stages[stage] = snapshot.StageFile(name, name, file.bytes)
        snapshot.publish(folder, stages, last.settings, last.code_version)
        retention.prune(folder, 3)


def numbers(folder):
    return [m.sequence for m in snapshot.history(folder)]


def holder(folder):
    """A process that reads the newest snapshot until it is told to end."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    return process


def rewrite(folder, **values):
    """Change what the only lease says."""
    path = next((root(folder) / lease.FOLDER).glob("*.json"))
    path.write_text(json.dumps(json.loads(path.read_text()) | values), encoding="utf-8")
    return path


def test_a_snapshot_that_is_read_is_kept_until_the_reader_closes(folder):
    opened = reader.open_newest(folder)
    publish_next(folder, 4)
    assert numbers(folder) == [5, 4, 3, 1]
    assert opened.cursor().execute("SELECT count(*) FROM warehouse.fact_order").fetchall() == [(4,)]
    opened.close()
    opened.close()  # twice is not an error
    assert lease.held(root(folder)) == []
    retention.prune(folder, 3)
    assert numbers(folder) == [5, 4, 3]


def test_a_workspace_lets_go_when_it_moves_and_when_nobody_needs_it(folder):
    ws = gcrm.open(folder)
    assert [claim.sequence for claim in lease.held(root(folder))] == [1]
    publish_next(folder, 1)
    assert ws.refresh()
    gc.collect()
    assert [claim.sequence for claim in lease.held(root(folder))] == [2]
    del ws
    gc.collect()
    assert lease.held(root(folder)) == []


def test_a_result_keeps_the_snapshot_it_came_from(folder):
    ws = gcrm.open(folder)
    result = ws.query(["customers"])
    publish_next(folder, 1)
    ws.refresh()
    assert [claim.sequence for claim in lease.held(root(folder))] == [1, 2]
    del result
    gc.collect()
    assert [claim.sequence for claim in lease.held(root(folder))] == [2]


def test_a_lease_goes_with_its_process_killed_or_not(folder):
    for end in (subprocess.Popen.kill, lambda _process: None):
        process = holder(folder)
        (claim,) = lease.held(root(folder))
        assert claim.pid == process.pid
        assert str(process.pid) in claim.holder
        end(process)
        process.communicate()
        assert lease.held(root(folder)) == []
    lease.clear(root(folder))
    assert list((root(folder) / lease.FOLDER).iterdir()) == []


def test_a_stopped_reader_still_reads(folder):
    process = holder(folder)
    psutil.Process(process.pid).suspend()
    try:
        path = rewrite(folder)
        os.utime(path, (0, 0))
        assert len(lease.held(root(folder))) == 1
    finally:
        process.kill()
        process.communicate()


def test_another_process_of_the_same_number_is_not_the_reader(folder):
    opened = reader.open_newest(folder)
    rewrite(folder, taken="2001-01-01T00:00:00+00:00")  # this process began later
    assert lease.held(root(folder)) == []
    opened.close()


def test_a_reader_on_another_machine_counts_while_it_renews(folder):
    opened = reader.open_newest(folder)
    path = rewrite(folder, home="elsewhere", host="far", pid=1)
    assert [claim.host for claim in lease.held(root(folder))] == ["far"]
    publish_next(folder, 3)
    assert 1 in numbers(folder)
    an_hour_ago = time.time() - 3600
    os.utime(path, (an_hour_ago, an_hour_ago))
    assert lease.held(root(folder)) == []
    assert path.name in retention.prune(folder, 3)
    assert 1 not in numbers(folder)
    opened.close()


def test_leases_are_renewed(folder, monkeypatch):
    monkeypatch.setattr(lease, "_RENEW_S", 0.02)
    monkeypatch.setattr(lease, "_beat", None)
    opened = reader.open_newest(folder)
    path = next((root(folder) / lease.FOLDER).glob("*.json"))
    os.utime(path, (0, 0))
    end = time.monotonic() + 10
    while path.stat().st_mtime < 1 and time.monotonic() < end:
        time.sleep(0.01)
    assert path.stat().st_mtime > 1
    opened.close()


def test_a_half_written_lease_counts_for_a_while(folder):
    path = root(folder) / lease.FOLDER / "00000001-x.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text('{"sequence": 1', encoding="utf-8")
    publish_next(folder, 3)
    assert 1 in numbers(folder)
    os.utime(path, (0, 0))
    retention.prune(folder, 3)
    assert not path.exists()
    assert 1 not in numbers(folder)


def test_one_reads_without_a_lease_where_none_can_be_written(folder):
    shutil.rmtree(root(folder) / lease.FOLDER, ignore_errors=True)
    (root(folder) / lease.FOLDER).write_text("in the way", encoding="utf-8")
    opened = reader.open_newest(folder)
    assert opened.cursor().execute("SELECT count(*) FROM warehouse.fact_order").fetchall() == [(4,)]
    opened.close()
    assert lease.held(root(folder)) == []


def test_a_claim_keeps_the_files_although_the_manifest_has_gone(folder):
    """A reader that claims between the choice of what goes and its deletion keeps its files."""
    manifest = snapshot.newest(folder)
    publish_next(folder, 1)
    (root(folder) / "manifest-00000001.json").unlink()
    path = lease.take(root(folder), 1, [f.file for f in manifest.stages.values()])
    retention.prune(folder, 1)
    assert all((root(folder) / f.file).exists() for f in manifest.stages.values())
    lease.release(path)
    retention.prune(folder, 1)
    assert not (root(folder) / manifest.stages["ingest"].file).exists()


def test_nothing_is_deleted_while_a_manifest_cannot_be_read(folder, monkeypatch):
    publish_next(folder, 2)
    before = sorted(p.name for p in root(folder).iterdir())

    def fail(_path):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("pathlib.Path.read_bytes", fail)
    with pytest.raises(OSError, match="Input/output error"):
        retention.prune(folder, 1)
    assert sorted(p.name for p in root(folder).iterdir()) == before


def test_pruning_waits_for_no_one_and_says_who_builds(folder):
    with lock.writing(folder, "build"), pytest.raises(ProjectError, match=f"build .process {os.getpid()} on "):  # noqa: SIM117
        with lock.writing(folder, "clearing"):
            pytest.fail("the lock is held")


def test_the_lock_of_a_killed_process_is_free(folder):
    code = "import sys, time\nfrom pathlib import Path\nfrom gcrm.warehouse import lock\n"
    code += "with lock.writing(Path(sys.argv[1]), 'build'):\n    print('ready', flush=True)\n    time.sleep(60)\n"
    process = subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    with pytest.raises(ProjectError, match=str(process.pid)):
        build(folder)
    process.kill()
    process.communicate()
    build(folder)
