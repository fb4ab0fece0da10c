"""The commands about territories, from a draft to what is published, and the one about a lead."""

from __future__ import annotations

import re

import pytest
import typer

from gcrm import cli, crm
from gcrm.errors import QueryError
from tests.app import shop


@pytest.fixture
def run(ws, capsys, monkeypatch):
    """Run a command in the project, and return what it printed."""
    monkeypatch.setenv("COLUMNS", "300")

    def command(*words):
        at = [str(ws.folder)] if "design" in words else ["--folder", str(ws.folder)]
        cli.app([*words, *at], standalone_mode=False)
        return capsys.readouterr().out

    return command


def test_a_scenario_from_its_draft_to_its_day(ws, run, capsys, tmp_path):
    said = run("territories", "create", "plan", "--unit", "zone", "--comment", "one team more")
    assert "Began 'plan', told by district, of units of zone." in said
    assert "'plan' has 2 steps" in run("territories", "move", "plan", "z2=North", "z3=North", "--owner", "North=ben")
    assert "The first 2 of them count" in run("territories", "history", "plan")
    said = run("territories", "compare", "today", "plan")
    assert "2 units move: 4 customers (40.0 %)" in said
    assert "z2 moved to North: " in said
    assert "is not known" not in said
    said = run("territories", "compare", "today", "plan", "-m", "customers", "-m", "households")
    assert "households is not known of 1 units; what is said of it leaves them out." in said
    file = tmp_path / "plan.csv"
    assert "4 rows, noted as export" in run("territories", "export", "plan", "--output", str(file))
    file.write_text(
        file.read_text(encoding="utf-8-sig").replace('"z3","Zone Three","North"', '"z3","Zone Three",""'),
        encoding="utf-8",
    )
    said = run("territories", "import", str(file))
    assert "1 units would move" in said
    assert "Nothing is applied yet" in said
    assert ws.scenarios.layout("plan").units["z3"] == "North"
    assert "Applied as step 3 of 'plan'" in run("territories", "import", str(file), "--apply")
    assert ws.scenarios.layout("plan").units["z3"] is None
    assert "that is step 4" in run("territories", "restore", "plan", "2")
    assert "Published 'plan' from 2030-01-01 on" in run("territories", "publish", "plan", "2030-01-01")
    assert {a.subject.id for a in ws.crm.find(crm.Assignment)} == {"z2", "z3"}
    cli.app(["territories", "list", str(ws.folder)], standalone_mode=False)
    assert "published" in capsys.readouterr().out
    with pytest.raises(typer.BadParameter, match="write NAME=NAME"):
        run("territories", "move", "plan", "z2")


def test_a_lead_is_routed_with_reasons(run):
    x, y = shop.middle("z1")
    said = run("route-lead", "--at", f"{x},{y}", "--day", "2024-05-01").splitlines()
    assert said == ["Anna", "  lies in district n, zone z1, half w", "  Anna: lies in zone z1, assigned"]
    with pytest.raises(QueryError, match="write longitude and latitude"):
        run("route-lead", "--at", "north")


RULES = """
together = [["z1", "z2"]]
visits = {customers = 2.0}
service_min = 20
"""


def test_a_design_by_rules_of_a_file_becomes_a_scenario(ws, run, tmp_path):
    rules = tmp_path / "rules.toml"
    rules.write_text(RULES)
    words = ["territories", "design", "zone", "2", "-a", "customers=0.9", "--seconds", "5"]
    said = run(*words, "--rules", str(rules), "--compact", "--scenario", "round")
    assert "Began 'round', told by district" in said
    first = ws.scenarios.layout("round").units
    assert first["z1"] == first["z2"]
    assert ws.scenarios.compare("today", "round").after.cut == 2  # a square of zones in two halves

    rules.write_text('[keep]\nlike = "round"\nactivity = "customers"\nshare = 0.5\nprice = 1000\n')
    run(*words, "--rules", str(rules), "--scenario", "kept")
    kept = ws.scenarios.compare("round", "kept")
    assert kept.moved == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("together = 3", "together: it must be a list of lists of units"),
        ("apart = [['a', 'b', 'c']]", "apart: it must be a list of pairs"),
        ("looked = {}", "looked: there is no such rule. Did you mean 'locked'?"),
        ("keep = {shar = 0.8}", "keep.shar: there is no such key. Did you mean 'share'?"),
        ("keep", "it cannot be read as TOML"),
    ],
)
def test_what_is_no_rule_is_refused(run, tmp_path, text, words):
    rules = tmp_path / "rules.toml"
    rules.write_text(text)
    with pytest.raises(QueryError, match=re.escape(words)):
        run("territories", "design", "zone", "2", "--rules", str(rules))
