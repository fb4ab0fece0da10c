"""The explorer: its figures are those of the question, every cell leads to its records, and it refuses in words."""

from __future__ import annotations

import html
import io
import shutil
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

import gcrm
from app import data, explored, grid, taken
from app.crosstab import crosstab, natural
from app.exploration import Exploration
from app.offer import drill
from gcrm import crm
from gcrm.access.scope import Scope
from gcrm.cube.pivot import Mark
from gcrm.cube.question import Top
from gcrm.errors import QueryError
from gcrm.workspace import open_workspace
from tests.app import shop

if TYPE_CHECKING:
    from pathlib import Path

    from gcrm.workspace import Workspace

BASE = Exploration(("revenue", "buyers"), ("district",), ("segment", "quarter"), totals="cube")


@pytest.fixture
def project(shop_project: Path, tmp_path: Path) -> Path:
    return shutil.copytree(shop_project, tmp_path / "shop")


@pytest.fixture
def app(repository: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(data.PROJECT, str(project))
    return AppTest.from_file(str(repository / "app" / "entry" / "navigation.py"), default_timeout=60)


def page(app: AppTest, **params: list[str]) -> AppTest:
    app.run()
    app.switch_page("../pages/explorer.py")
    for name, texts in params.items():
        app.query_params[name] = texts
    return app.run()


def test_every_cell_is_the_figure_of_its_members(workspace: Workspace) -> None:
    table = explored.table(workspace, {"params": BASE.to_params()})
    assert [m.name for m in table.measures] == ["revenue", "buyers"]
    assert [header[0] for header in table.side] == ["n", "s", None, Mark.TOTAL]
    for (row, column), figures in table.figures.items():
        members = dict(zip(("district", "segment", "quarter"), (*row, *column), strict=True))
        period = members.pop("quarter")
        where = {name: [m] for name, m in members.items() if not isinstance(m, Mark)}
        asked = workspace.query(["revenue", "buyers"], where=where, period=None if period is Mark.TOTAL else period)
        alone = asked.table.to_pylist()[0]
        assert [value for value, _ in figures] == [alone["revenue"], alone["buyers"]]


def test_every_figure_is_the_sum_of_its_records(workspace: Workspace) -> None:
    known = explored.offer(workspace, {})
    table = explored.table(workspace, {"params": BASE.to_params()})
    shown = grid.grid_data(table, BASE, known, {})
    leaves = [(i, leaf) for i, leaf in enumerate(shown["leaves"]) if leaf["measure"] == "revenue"]
    seen = 0
    for row in shown["rows"]:
        for i, leaf in leaves[::2]:
            if row["cells"][i]["sort"] is None:
                continue
            cell = "/".join(part for part in (row["key"], leaf["key"]) if part)
            found = explored.behind(workspace, {"params": BASE.to_params(), "cell": cell, "measure": "revenue"})
            assert found is not None
            assert sum((Decimal(r["figure"]) for r in found["rows"]), Decimal(0)) == Decimal(
                str(row["cells"][i]["sort"])
            )
            seen += found["total"]
    assert seen > 20


def test_the_map_shows_what_the_table_adds_up_to(workspace: Workspace) -> None:
    picture = explored.picture(workspace, {"params": BASE.to_params(), "measure": "revenue", "spots": False})
    assert picture is not None
    plain = workspace.query(["revenue"], by=["district"]).table.to_pylist()
    assert {r.id: r.value for r in picture.rows} == {r["district"]: float(r["revenue"]) for r in plain}
    assert (
        explored.picture(
            workspace, {"params": {"show": ["revenue"], "rows": ["segment"]}, "measure": "revenue", "spots": False}
        )
        is None
    )


def test_hot_spots_of_too_few_places_are_refused_beside_the_table(app: AppTest) -> None:
    shown = page(app, show=["revenue"], rows=["zone"], spots=["yes"])
    assert not shown.exception
    assert "too few to tell chance" in " ".join(e.value for e in shown.error)
    (chosen,) = (box for box in shown.selectbox if box.label == "Map")
    assert chosen.value == ("revenue", True)
    plain = chosen.set_value(("revenue", False)).run()
    assert not plain.error
    assert "spots" not in plain.query_params


def test_a_member_looked_into_narrows_rows_and_days(workspace: Workspace) -> None:
    known = explored.offer(workspace, {})
    inside = drill(drill(BASE, "district", "n", known), "quarter", "2024-Q1", known)
    question = explored.question_of(workspace, inside)
    assert (question.by, question.where) == (("zone", "segment", "month"), {"district": ["n"]})
    assert question.period == ("2024-01-01", "2024-03-31")
    table = explored.table(workspace, {"params": inside.to_params()})
    assert {header[0] for header in table.side} == {"z1", "z2", Mark.TOTAL}


def test_numbers_in_names_follow_each_other() -> None:
    assert sorted(["Zone 10", "zone 9", "Zone 1a", "²", "12", "x"], key=natural) == [
        "12", "x", "Zone 1a", "zone 9", "Zone 10", "²",
    ]  # fmt: skip


def test_top_members_stand_by_their_figure(workspace: Workspace) -> None:
    found = workspace.query(["revenue"], by=["zone"], top=Top(2, "revenue", "zone"))
    assert [header[0] for header in crosstab(found, ("zone",), (), {}).side] == ["z1", "z2", Mark.OTHERS]
    found = workspace.query(["revenue"], by=["zone"], top=Top(3, "revenue", "zone", smallest=True))
    assert [header[0] for header in crosstab(found, ("zone",), (), {}).side][:2] == ["z4", "z3"]


def test_too_many_rows_are_refused(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explored, "MOST", 5)
    with pytest.raises(QueryError, match="more than anybody reads"):
        explored.table(workspace, {"params": BASE.to_params()})


def test_the_page_begins_with_a_question_and_writes_the_next_to_the_address_line(app: AppTest) -> None:
    page(app)
    assert not app.exception
    boxes = {box.label: box.value for box in app.multiselect}
    assert (boxes["Measures"], boxes["Rows"], boxes["Columns"]) == (["revenue"], ["district"], ["quarter"])
    next(box for box in app.multiselect if box.label == "Rows").set_value(["zone", "quarter"]).run()
    assert {name: app.query_params[name] for name in app.query_params} == {
        "show": "revenue",
        "rows": ["zone", "quarter"],
        "totals": "cube",
    }
    assert not app.exception


def test_formulas_filters_conditions_and_top_members_are_answered(app: AppTest) -> None:
    page(
        app,
        show=["revenue / buyers", "share_of_parent(revenue)"],
        rows=["zone"],
        where=["segment:single", "segment:~"],
        having=["buyers >= 1"],
        top=["zone:2"],
        ranked=["revenue"],
        regions=["as was"],
    )
    assert not app.exception
    assert not app.error
    assert next(box for box in app.multiselect if box.label == "Segment").value == ["single", None]
    assert "Top(n=2" in app.code[0].value
    assert "SELECT" in app.code[1].value
    assert set(app.dataframe[0].value["source"]) == {"facts"}


def test_a_formula_that_cannot_be_read_is_explained_and_can_be_taken_away(app: AppTest) -> None:
    page(app, show=["revenue", "revenue / (mirth)"], rows=["zone"])
    assert "mirth" in html.unescape(app.error[0].value)
    assert not app.exception
    next(box for box in app.multiselect if box.label == "Measures").set_value(["revenue"]).run()
    assert not app.error


def test_the_records_behind_a_cell_are_listed(app: AppTest) -> None:
    page(app, show=["revenue"], rows=["zone"], columns=["quarter"], behind=["zone:z2/quarter:2024-Q1", "revenue"])
    assert not app.exception
    frame = app.dataframe[-1]
    assert sorted(frame.value["order_id"]) == ["z2c0-01", "z2c1-01", "z2c2-01"]
    assert set(frame.value["name"]) >= {shop.HOSTILE_CUSTOMER}
    raw = "".join(part.value for part in app.markdown)
    assert shop.HOSTILE_ZONE not in raw
    assert shop.HOSTILE_ZONE in html.unescape(raw)


def test_receipts_are_kept_and_files_logged(app: AppTest, project: Path) -> None:
    page(app, show=["revenue"], rows=["zone"])
    next(button for button in app.button if button.label == "Keep receipt").click().run()
    ws = gcrm.open(project)
    (kept,) = ws.crm.find(crm.Export)
    assert f"`{kept.receipt['id']}`" in app.caption[-1].value
    assert ws.replay(kept.receipt["id"]).same
    made = taken._file(Exploration(("revenue",), ("zone",)), "parquet", "ann")
    assert pq.read_table(io.BytesIO(made)).to_pylist() == ws.query(["revenue"], by=["zone"]).table.to_pylist()
    assert [(e.what, e.created_by) for e in ws.crm.find(crm.Export, what="query")] == [("query", "ann")]


def test_a_reader_without_rights_sees_tables_that_are_given_out(app: AppTest, project: Path) -> None:
    data._opened[str(project)] = open_workspace(project, Scope("guest"))
    page(app, show=["revenue"], rows=["district", "segment"], totals=["cube"], behind=["district:n", "revenue"])
    assert not app.exception
    assert not app.error
    tables = next(box for box in app.selectbox if box.label == "Table")
    assert tables.options == ["Zone, Quarter", "District, Quarter", "Quarter"]
    assert {box.label for box in app.multiselect} == {"Measures"}
    assert len(app.dataframe) == 0
    tables.select(1).run()
    assert {name: app.query_params[name] for name in app.query_params} == {
        "show": "revenue",
        "rows": "zone",
        "columns": "quarter",
    }
    assert not app.error


def test_figures_withheld_in_the_snapshot_are_withheld_in_the_explorer(shop_project: Path) -> None:
    guest = open_workspace(shop_project, Scope("guest"))
    asked = Exploration(("customers",), ("zone",), ("quarter",))
    table = explored.table(guest, {"params": asked.to_params()})
    states = {state for figures in table.figures.values() for _, state in figures}
    assert "suppressed" in states
    assert explored.behind(guest, {"params": asked.to_params(), "cell": "zone:z1", "measure": "customers"}) is None
    picture = explored.picture(guest, {"params": asked.to_params(), "measure": "customers", "spots": False})
    assert picture is not None
    assert picture.period == "2024-Q2"
