"""The doctor finds what is wrong and says how to mend it."""

from __future__ import annotations

import os

from gcrm import doctor, template
from gcrm.doctor import examine
from gcrm.errors import DependencyError
from gcrm.pipeline import build
from gcrm.warehouse.reader import open_newest
from tests import project


def states(checks):
    return {c.name: c.state for c in checks}


def test_a_whole_installation_is_well():
    assert set(states(examine()).values()) == {"ok"}


def test_a_new_project_only_lacks_a_snapshot(tmp_path):
    template.create(tmp_path, "New", "EPSG:32610")
    found = {name: state for name, state in states(examine(tmp_path)).items() if state != "ok"}
    assert found == {"snapshot": "warning"}


def test_a_built_project_is_well(demo_project):
    assert set(states(examine(demo_project)).values()) == {"ok"}


def test_broken_settings_sources_and_snapshots_are_named(tmp_path):
    assert states(examine(tmp_path))["gcrm.toml"] == "broken"
    path = template.create(tmp_path, "New", "EPSG:32610")
    with path.open("a", encoding="utf-8") as file:
        file.write('[sources.customers]\nkind = "customers"\npath = "none.csv"\n')
    found = next(c for c in examine(tmp_path) if c.name == "sources")
    assert found.state == "broken"
    assert "none.csv" in found.found
    assert found.mend


def test_a_missing_extension_says_which_wheel(monkeypatch):
    def missing(*, spatial):
        message = f"spatial={spatial} is not there"
        raise DependencyError(message)

    monkeypatch.setattr(doctor.sql, "connect", missing)
    found = next(c for c in examine() if c.name == "DuckDB spatial")
    assert (found.state, bool(found.mend)) == ("broken", True)


def test_what_the_dead_left_is_said(tmp_path):
    project.write(tmp_path)
    build(tmp_path)
    assert "leftovers" not in {c.name for c in examine(tmp_path)}
    opened = open_newest(tmp_path)
    (tmp_path / "snapshots" / "build-4194399").mkdir()
    gone = tmp_path / "snapshots" / "leases" / "00000001-gone.json"
    gone.write_text("{}", encoding="utf-8")
    os.utime(gone, (0, 0))
    found = {c.name: c for c in examine(tmp_path)}
    assert found["leftovers"].found == "1 leases of readers that are gone, 1 drafts"
    assert str(os.getpid()) in found["readers"].found
    opened.close()
