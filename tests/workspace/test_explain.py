"""A project with cuboids: questions are explained, counted, and what was asked is heard by the next build."""

from __future__ import annotations

from itertools import combinations

import pytest
from typer.testing import CliRunner

import gcrm
from gcrm.access.scope import Scope
from gcrm.cli.figures import app
from gcrm.cube.demand import read
from gcrm.cube.materialise import select
from gcrm.cube.question import Question
from gcrm.pipeline import build
from gcrm.warehouse.snapshot import FOLDER
from gcrm.workspace import open_workspace
from tests import project

TOML = project.TOML + '\n[cube]\ncuboids_from = 100\nspace_mb = 1\n[cube.dimensions.size]\nof = "amount > 50"\n'
TOML += 'facts = ["order"]\n[cube.dimensions.odd]\nof = "amount % 2 > 1"\nfacts = ["order"]\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("ready")
    project.write(path, customers=5, orders=400, toml=TOML)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(select, "MOST", 1)  # so that a choice has to be made
        build(path)
        yield path


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


def sources(ws, words):
    """Where the figures of a question come from: `facts`, `cuboid` or both."""
    return {row["source"][:6] for row in ws.explain(Question(*map(tuple, words))).to_pylist()}


def test_what_is_asked_is_heard_by_the_next_build(folder):
    ws = gcrm.open(folder)
    measures, choices = ["buyers", "revenue"], ["size", "odd", "h3_r8", "day"]
    possible = [([m], [*by]) for m in measures for n in (1, 2) for by in combinations(choices, n)]
    words = next(w for w in possible if sources(ws, w) == {"facts"})  # one cuboid cannot answer all of them
    for _ in range(80):
        ws.query(*words)
    ws._asked.flush()
    (asked,) = read(folder / FOLDER).most_common(1)
    assert (asked[0].dimensions, asked[1]) == (tuple(sorted({*words[1]} - {"day"})), 80)
    assert not build(folder).changed  # questions alone make no new snapshot
    project.write(folder, customers=6, orders=400, toml=TOML)
    build(folder)
    ws.refresh()
    assert sources(ws, words) == {"cuboid"}
