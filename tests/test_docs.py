"""The documentation holds: generated pages are current, links lead somewhere, commands that it names exist."""

from __future__ import annotations

import re
import runpy
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```\w*\n(.*?)^```|^(?: {4}(.*))$|`([^`\n]+)`", re.MULTILINE | re.DOTALL)


def named(page: str, program: str) -> set[str]:
    """Words that follow `make` or `gcrm` where code stands in a page: its targets or commands."""
    code = "\n".join("".join(parts) for parts in CODE.findall(page))
    return set(re.findall(rf"^\s*(?:\$ )?(?:\S*/)?{program} ([a-z]+(?:-[a-z]+)*)\b", code, re.MULTILINE))


def anchors(page: str) -> set[str]:
    """Anchors that a page's headings make."""
    heads = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.fixture(scope="module")
def commands() -> dict[str, Any]:
    """Commands of the command line by name."""
    from gcrm.cli import app  # noqa: PLC0415

    return typer.main.get_command(app).commands


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for link in LINK.findall(text):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_exist(path: Path, commands: dict[str, Any]) -> None:
    text = path.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert named(text, "make") <= targets
    assert named(text, "gcrm") <= set(commands)


def test_commands_in_code_are_seen() -> None:
    page = "Use `make demo` or make do.\n```\ngcrm build acme\n.venv/bin/gcrm map\n```\n\n    gcrm query x\n"
    assert named(page, "make") == {"demo"}
    assert named(page, "gcrm") == {"build", "map", "query"}


def test_every_command_and_parameter_explains_itself(commands: dict[str, Any]) -> None:
    assert commands
    assert [name for name, command in commands.items() if not command.help] == []
    silent = [f"{name} {p.name}" for name, command in commands.items() for p in command.params if not p.help]
    assert silent == []


def test_reference_is_current() -> None:
    pages = runpy.run_path(str(ROOT / "docs" / "reference.py"))["pages"]()
    written = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "reference").glob("*.md")}
    assert written == pages, "run `make docs`"


def test_data_dictionary_is_current_and_leaves_nothing_out(demo_project: Path) -> None:
    dictionary = runpy.run_path(str(ROOT / "docs" / "dictionary.py"))
    rows = [(stage, *row) for stage, found in dictionary["entries"](demo_project).items() for row in found]
    assert rows
    assert {f"{stage}.{table}" for stage, table, grain, *_ in rows if not grain} == set()
    assert {f"{stage}.{table}.{column}" for stage, table, _, column, _, text in rows if not text} == set()
    written = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert written == dictionary["render"](demo_project), "run `make docs`"


def test_decisions_are_numbered_without_holes() -> None:
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name) for name in names)


def test_every_page_is_reached_from_the_index() -> None:
    found, new = set(), {ROOT / "README.md"}
    while new:
        found |= new
        links = {
            (page.parent / link.partition("#")[0]).resolve() for page in new for link in LINK.findall(page.read_text())
        }
        new = {link for link in links if link.suffix == ".md" and link.is_file()} - found
    assert set(PAGES) - found == set()


def test_changelog_knows_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    heads = re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"Unreleased", version} & set(heads)
    released = [tuple(map(int, head.split("."))) for head in heads if head != "Unreleased"]
    assert all(newer > older for newer, older in pairwise(released))
