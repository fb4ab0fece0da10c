"""The command line as a user meets it, by its words and exit codes; once in a process of its own."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pyarrow.parquet
import pytest
import typer

import gcrm as package
from gcrm import cli
from gcrm.cli.options import areas, listed, top_of
from gcrm.cube.question import Top
from gcrm.errors import QueryError
from tests.terminal import gcrm


def in_a_process(*words, cwd):
    """As `gcrm` of `tests.terminal`, but as a program."""
    command = [sys.executable, "-m", "gcrm.cli", *words]
    env = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=env, cwd=cwd, check=False)


def test_init_build_and_doctor_lead_a_newcomer(tmp_path):
    made = gcrm("init", tmp_path / "acme", "--name", 'A "quoted" name', "--metric-crs", "EPSG:32610")
    assert made.returncode == 0, made.stderr
    assert "gcrm build" in made.stdout
    looked = gcrm("doctor", tmp_path / "acme")
    assert looked.returncode == 0, looked.stdout
    assert "nothing is published yet" in looked.stdout
    built = gcrm("build", cwd=tmp_path / "acme")
    assert built.returncode == 0, built.stderr
    assert "Published snapshot 1" in built.stdout
    again = gcrm("init", tmp_path / "acme")
    assert again.returncode == 1
    assert "exists already" in again.stderr


@pytest.mark.parametrize(("command", "run"), [("build", gcrm), ("query", in_a_process)])
def test_a_mistake_ends_with_code_1_and_no_traceback(tmp_path, command, run):
    found = run(command, "nowhere", cwd=tmp_path)
    assert found.returncode == 1
    assert "gcrm init" in found.stderr
    assert "Traceback" not in found.stderr


def test_figures_as_table_and_as_csv(demo_project):
    question = ["query", demo_project, "-m", "customers", "-m", "penetration", "-b", "district", "--period", "2017-Q1"]
    shown = gcrm(*question, "--totals")
    assert shown.returncode == 0, shown.stderr
    assert "total" in shown.stdout
    assert "penetration" in shown.stdout
    found = gcrm(*question, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    assert {"district", "district_name", "customers", "penetration", "customers_state"} <= rows[0].keys()
    assert gcrm("query", demo_project, "-w", "district").returncode == 1
    wrong = gcrm("query", demo_project, "-m", "custmers")
    assert "Did you mean 'customers'?" in wrong.stderr


def test_figures_by_the_words_of_a_question(demo_project, monkeypatch, capsysbinary):
    def inside(*words: str) -> bytes:
        monkeypatch.setattr("sys.argv", ["gcrm", "query", str(demo_project), *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code
        return capsysbinary.readouterr().out

    words = [
        "-m",
        "revenue,share_of_parent(revenue)",
        "-b",
        "district",
        "--having",
        "revenue > 0",
        "--top",
        "3:revenue",
    ]
    lines = inside(*words, "--totals").decode().splitlines()
    assert len(lines) == 6
    assert "others" in lines[4]
    assert "total" in lines[5]
    asked = ["--measures", "customers", "--by", "zone", "--where", "district=1", "--geography", "as is"]
    shapes = json.loads(inside(*asked, "--format", "geojson"))
    zones = package.open(demo_project).query(["customers"], by=["zone"], where={"district": "1"}).table
    found = {f["properties"]["zone"]: f["properties"]["customers"] for f in shapes["features"]}
    assert found == {r["zone"]: r["customers"] for r in zones.to_pylist() if r["zone"]}
    table = pyarrow.parquet.read_table(io.BytesIO(inside(*asked, "--format", "parquet")))
    assert table.equals(zones)


def test_the_words_of_the_command_line_are_parted_where_they_should_be():
    assert listed(["a, rank(share(b), c),d", "e"]) == ["a", "rank(share(b), c)", "d", "e"]
    assert top_of("-2:share(a):zone", others=False) == Top(2, "share(a)", "zone", others=False, smallest=True)
    assert (top_of(None, others=True), top_of("4", others=True)) == (None, Top(4))
    assert areas(['{"within": "POINT (0 0)"}']) == [{"within": "POINT (0 0)"}]
    for wrong in ("[1]", "{"):
        with pytest.raises(QueryError, match="write a JSON object"):
            areas([wrong])
    with pytest.raises(QueryError, match="write how many"):
        top_of("many", others=True)


def test_a_map_is_one_file_without_addresses_elsewhere(demo_project, tmp_path):
    target = tmp_path / "map.html"
    drawn = gcrm("map", demo_project, "-b", "zone", "-o", target)
    assert drawn.returncode == 0, drawn.stderr
    assert target.stat().st_size > 10_000
    refused = gcrm("map", demo_project, "-b", "zone", "-o", tmp_path / "no" / "map.html")
    assert refused.returncode == 1
    assert "cannot be written" in refused.stderr


def test_an_invented_project_is_made_and_builds(tmp_path):
    made = gcrm("generate", tmp_path / "big", "--customers", "2000")
    assert made.returncode == 0, made.stderr
    built = gcrm("build", tmp_path / "big")
    assert built.returncode == 0, built.stderr + built.stdout


def test_every_command_of_the_modules_is_listed():
    own = Path(cli.__file__).parent
    modules = {path.stem for path in own.glob("*.py")} | {path.parent.name for path in own.glob("*/__init__.py")}
    modules -= {"__init__", "__main__", "options"}
    assert set(cli.COMMANDS) == modules
    for module, names in cli.COMMANDS.items():
        group = typer.main.get_group(import_module(f"gcrm.cli.{module}").app)
        assert set(group.commands) == set(names)


def test_a_wrong_command_is_answered_with_the_nearest(tmp_path):
    found = gcrm("bild", cwd=tmp_path)
    assert found.returncode == 2
    assert "Did you mean 'build'?" in found.stderr


def test_a_question_imports_neither_the_builder_nor_pandas():
    code = "import sys, gcrm.cli.figures; print(*sys.modules)"
    words = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"gcrm.cube.ask", "duckdb"} <= set(words)
    assert {"pandas", "geopandas", "scipy", "gcrm.pipeline", "streamlit"}.isdisjoint(words)
