"""The tutorial: every cell runs against the demo project, and leaves behind what it promises."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import nbformat
from nbclient import NotebookClient

if TYPE_CHECKING:
    import pytest

PATH = Path(__file__).parent.parent / "docs" / "tutorial.ipynb"


def test_it_is_committed_without_outputs() -> None:
    notebook = nbformat.read(PATH, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None] == []


def test_it_runs(demo_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCRM_PROJECT", str(demo_project))
    notebook = nbformat.read(PATH, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    written = gpd.read_file(tmp_path / "zones.gpkg")
    assert len(written) > 0
    assert written.crs.to_epsg() == 4326
    assert (written["customers_per_km2"].dropna() >= 0).all()
    assert "<html" in (tmp_path / "penetration.html").read_text(encoding="utf-8")
