"""The layers: within gcrm, imports point upstream only, and only the dashboard knows Streamlit."""

from __future__ import annotations

import ast
import re
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

# Upstream first. A module may import what stands above its line, and its neighbours on the line.
FLOW = (
    ("errors", "columns", "crs", "units", "processors", "settings", "sql", "stage", "nursery", "process", "frame"),
    ("access",),
    ("crm",),
    ("ingest",),
    ("geocode",),
    ("linkage",),
    ("conform",),
    ("enrich",),
    ("warehouse",),
    ("cube",),
    ("analysis",),
    ("maps",),
    ("exports",),
    ("fingerprint",),
    ("city", "demo", "generate", "template", "traces"),
    ("contracts",),
    ("publication",),
    ("pipeline", "doctor"),
    ("forget",),
    ("receipt", "hot_spots", "rows"),
    ("result",),
    ("workspace", "__init__"),
    ("console", "launch"),
    ("cli", "__main__"),
)
ONLY_TYPES = re.compile(r"^if TYPE_CHECKING:\n(?:[ \t]+.*\n|\n)+", re.MULTILINE)
RANK = {name: rank for rank, line in enumerate(FLOW) for name in line}


def imported(source: str, parts: tuple[str, ...]) -> set[str]:
    """Dotted names that the module `parts` imports: packages for `import x`, `package.name` for `from`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(parts[: -node.level]) if node.level else ""
            base = ".".join(part for part in (above, node.module) if part)
            names |= {f"{base}.{alias.name}" for alias in node.names}
    return names


def downstream(source: str, parts: tuple[str, ...]) -> set[str]:
    """What the module `parts` of gcrm imports although it must not."""
    own = RANK[parts[1]]
    wrong = set()
    for name in imported(source, parts):
        package, _, rest = name.partition(".")
        target = rest.partition(".")[0]
        below = package == "gcrm" and target != "__version__" and RANK.get(target, RANK["__init__"]) > own
        if below or package in {"streamlit", "app"}:
            wrong.add(name)
    return wrong


def modules(repository: Path) -> dict[tuple[str, ...], str]:
    """Source of every module of gcrm by the parts of its name."""
    paths = sorted((repository / "gcrm").rglob("*.py"))
    assert paths
    return {
        path.relative_to(repository).with_suffix("").parts: path.read_text(encoding="utf-8")
        for path in paths
        if "_bundle" not in path.parts
    }


def test_every_name_has_its_place_in_the_flow(repository: Path) -> None:
    assert {parts[1] for parts in modules(repository)} <= set(RANK)


def test_imports_point_upstream_only(repository: Path) -> None:
    wrong = {".".join(parts): sorted(downstream(source, parts)) for parts, source in modules(repository).items()}
    assert {module: names for module, names in wrong.items() if names} == {}


def rooms(sources: dict[tuple[str, ...], str]) -> dict[str, set[str]]:
    """The rooms of each stage (its folders, and its modules beside them), and the rooms that each one runs with."""
    stages = {parts[1] for parts in sources if len(parts) > 3}
    inside = {parts: source for parts, source in sources.items() if parts[1] in stages and parts[-1] != "__init__"}
    known = {".".join(parts[:3]) for parts in inside}
    graph: dict[str, set[str]] = {name: set() for name in known}
    for parts, source in inside.items():
        own = ".".join(parts[:3])
        named = {".".join(name.split(".")[:3]) for name in imported(ONLY_TYPES.sub("", source), parts)}
        graph[own] |= (named & known) - {own}
    return graph


def test_imports_between_the_rooms_of_a_stage_point_one_way(repository: Path) -> None:
    order = list(TopologicalSorter(rooms(modules(repository))).static_order())
    assert order.index("gcrm.geocode.reading") < order.index("gcrm.geocode.build")


def test_rooms_in_a_circle_are_found() -> None:
    sources = {
        ("gcrm", "a", "one", "x"): "from gcrm.a.two import y",
        ("gcrm", "a", "two", "y"): "from gcrm.a import three",
        ("gcrm", "a", "three"): "from gcrm.a.one.x import z",
    }
    with pytest.raises(CycleError):
        TopologicalSorter(rooms(sources)).prepare()


@pytest.mark.parametrize(
    ("module", "source", "wrong"),
    [
        ("gcrm.ingest.read", "from gcrm.cube import query", {"gcrm.cube.query"}),
        ("gcrm.ingest.read", "def f():\n    import gcrm.cube.query", {"gcrm.cube.query"}),
        ("gcrm.ingest.read", "from ..cube import query", {"gcrm.cube.query"}),
        ("gcrm.ingest.read", "from gcrm import pipeline", {"gcrm.pipeline"}),
        ("gcrm.ingest.read", "from gcrm import open", {"gcrm.open"}),
        ("gcrm.ingest.read", "from . import ledger\nfrom gcrm import __version__\nfrom gcrm.errors import near", set()),
        ("gcrm.settings", "from gcrm.columns import KINDS", set()),
        ("gcrm.cli", "import streamlit.web", {"streamlit.web"}),
        ("gcrm.cli", "from app import data", {"app.data"}),
    ],
)
def test_a_wrong_import_is_found(module: str, source: str, wrong: set[str]) -> None:
    assert downstream(source, tuple(module.split("."))) == wrong
