"""A project with cuboids: questions are explained, counted, and what was asked is heard by the next build."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

import gcrm
from gcrm.access.scope import Scope
from gcrm.cli.figures import app
from gcrm.cube import demand
from gcrm.cube.demand import Asked, read
from gcrm.cube.question import Question
from gcrm.pipeline import build
from gcrm.warehouse.snapshot import FOLDER
from gcrm.workspace import open_workspace
from tests import project

TOML = project.TOML + '\n[cube]\ncuboids_from = 100\nspace_mb = 1\n[cube.dimensions.size]\nof = "amount > 50"\n'
TOML += 'facts = ["order"]\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("ready")
    project.write(path, customers=5, orders=400, toml=TOML)
    build(path)
    return path


def test_the_command_says_where_figures_come_from(folder):
    done = CliRunner().invoke(app, ["query", str(folder), "-m", "orders,average_order", "-b", "month", "--explain"])
    assert done.exit_code == 0
    assert "cuboid_" in done.output
    assert "rows by" in done.output


def test_a_question_is_explained_without_being_asked_or_counted(folder):
    ws = gcrm.open(folder)
    before = read(folder / FOLDER)
    question = Question(("revenue", "buyers"), ("year",))
    found = ws.explain(question).to_pylist()
    assert [row["measure"] for row in found] == ["revenue", "buyers"]
    ws._asked.flush()
    assert read(folder / FOLDER) == before
    assert ws.ask(question).explain().to_pylist() == found


def test_who_has_no_record_rights_is_told_nothing(folder):
    ws = open_workspace(folder, Scope("guest", {}, record_rights=False))
    assert ws.explain(Question(("orders",))).num_rows == 0


def test_what_is_asked_is_heard_by_the_next_build(folder):
    ws = gcrm.open(folder)
    words = ["revenue"], ["size", "day"]
    assert {row["source"] for row in ws.query(*words).explain().to_pylist()} == {"facts"}
    for _ in range(80):
        ws.query(*words)
    ws._asked.flush()
    assert read(folder / FOLDER)[Asked("order", ("size",), "day")] == 81
    assert not build(folder).changed  # questions alone make no new snapshot
    project.write(folder, customers=6, orders=400, toml=TOML)
    build(folder)
    ws.refresh()
    assert {row["source"][:6] for row in ws.query(*words).explain().to_pylist()} == {"cuboid"}
    assert demand.FILE in {path.name for path in (folder / FOLDER).iterdir()}
