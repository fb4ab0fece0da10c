"""The cache: nothing but (snapshot, scope, question) decides, and all of it does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from app import data
from gcrm.errors import ProjectError, SettingsError
from gcrm.pipeline import build
from tests.app import shop

if TYPE_CHECKING:
    from pathlib import Path

    from gcrm.workspace import Workspace

calls: list[dict[str, Any]] = []


def first(_: Workspace, question: dict[str, Any]) -> dict[str, Any]:
    calls.append(question)
    return {"from": "first", **question}


def second(_: Workspace, question: dict[str, Any]) -> dict[str, Any]:
    calls.append(question)
    return {"from": "second", **question}


@pytest.fixture
def snapshot(shop_project: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(data.PROJECT, str(shop_project))
    data._kept().clear()
    calls.clear()
    return data.workspace().manifest.id


def test_the_same_question_is_answered_once(snapshot: str) -> None:
    rows = list(range(100_000))
    assert data.answer(snapshot, first, rows=rows) == data.answer(snapshot, first, rows=list(rows))
    assert len(calls) == 1


def test_every_part_of_a_question_counts(snapshot: str) -> None:
    rows = list(range(100_000))  # long values are hashed whole, not sampled
    data.answer(snapshot, first, rows=rows)
    data.answer(snapshot, first, rows=[*rows[:50_000], -1, *rows[50_001:]])
    data.answer(snapshot, first, rows=rows, _hidden=1)
    assert data.answer(snapshot, second, rows=rows)["from"] == "second"
    assert len(calls) == 4


def test_another_scope_is_another_question(snapshot: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data.answer(snapshot, first, a=1)
    ws = data.workspace()
    monkeypatch.setattr(ws, "scope", replace(ws.scope, regions={"zone": ("z1",)}))
    data.answer(snapshot, first, a=1)
    assert len(calls) == 2


def test_an_answer_is_a_copy(snapshot: str) -> None:
    data.answer(snapshot, first, a=[1])["a"].append(2)
    assert data.answer(snapshot, first, a=[1])["a"] == [1]


def test_an_answer_from_another_snapshot_is_not_kept(snapshot: str) -> None:
    for _ in range(2):
        with pytest.raises(data.Moved):
            data.answer(f"not {snapshot}", first, a=1)
    assert len(calls) == 2


def test_a_new_snapshot_is_opened_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write(tmp_path)
    build(tmp_path)
    monkeypatch.setenv(data.PROJECT, str(tmp_path))
    before = data.workspace().manifest.id
    path = tmp_path / "households.csv"
    path.write_text(path.read_text().replace("z1,households,100", "z1,households,200"))
    build(tmp_path)
    assert data.workspace().manifest.id != before
    assert data.workspace().query(["households"], where={"zone": "z1"}).table["households"].to_pylist() == [200]


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(data.PROJECT, raising=False)
    with pytest.raises(ProjectError, match="gcrm app"):
        data.workspace()
    monkeypatch.setenv(data.PROJECT, str(tmp_path))
    with pytest.raises(SettingsError, match=r"no gcrm\.toml"):
        data.workspace()
    shop.write(tmp_path)
    with pytest.raises(ProjectError, match="gcrm build"):
        data.workspace()
