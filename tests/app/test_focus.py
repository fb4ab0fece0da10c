from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app import questions
from app.focus import Focus, fit, path_to
from app.selection import Selection
from tests.app import shop

if TYPE_CHECKING:
    from app.answers import Region
    from gcrm.workspace import Workspace


@pytest.fixture(scope="module")
def regions(workspace: Workspace):
    def find(level: str) -> dict[str, Region]:
        return questions.regions(workspace, {"level": level})

    return find


@pytest.fixture(scope="module")
def fitted(workspace: Workspace, regions):
    catalog = questions.catalog(workspace, {})

    def made(**words: object) -> Focus:
        return fit(Selection(**words), catalog, regions)

    return made


def test_the_catalog_lists_what_the_project_has(workspace: Workspace) -> None:
    catalog = questions.catalog(workspace, {})
    assert (catalog.title, catalog.currency, catalog.min_count, catalog.cells) == ("Little Shop", "EUR", 10, (8, 9))
    assert [(h.name, h.title, h.levels) for h in catalog.hierarchies.values()] == [
        ("city", "Districts and zones", ("district", "zone")),
        ("halves", "Halves", ("half",)),
    ]
    assert catalog.segments == (shop.HOSTILE_SEGMENT, "single")
    assert catalog.periods[:4] == ("2024", "2024-Q2", "2024-Q1", "2024-06")
    assert catalog.latest == "2024-Q2"


def test_without_a_word_the_first_hierarchy_is_drawn_by_its_largest_level(fitted) -> None:
    focus = fitted()
    assert (focus.drawn, focus.is_cells, focus.period, focus.title) == ("district", False, "2024-Q2", "Little Shop")
    assert focus.choices == ("district", "zone", "h3_r8", "h3_r9")
    assert focus.dropped == ()


def test_inside_the_smallest_region_the_finest_cells_are_drawn(fitted) -> None:
    focus = fitted(path=(("district", "n"), ("zone", "z1")))
    assert (focus.drawn, focus.is_cells, focus.names) == ("h3_r9", True, ("North", "Zone One"))


def test_all_periods_can_be_asked_for(fitted) -> None:
    assert fitted(period="all").period is None


@pytest.mark.parametrize(
    ("words", "dropped"),
    [
        ({"hierarchy": "planets"}, ("regions",)),
        ({"measure": "happiness"}, ("measure",)),
        ({"period": "2024-Q9"}, ("period",)),
        ({"segments": ("single", "martian")}, ("segment",)),
        ({"path": (("district", "n"), ("zone", "z9"))}, ("region",)),
        ({"path": (("zone", "z1"), ("district", "n"))}, ("region",)),
        ({"path": (("half", "w"),)}, ("region",)),
        ({"cells": 4}, ("level",)),
        ({"level": "half"}, ("level",)),
        ({"level": "district", "path": (("district", "n"),)}, ("level",)),
        ({"measure": "x", "period": "y"}, ("measure", "period")),
    ],
)
def test_what_the_project_does_not_have_is_dropped_and_said(
    fitted, words: dict[str, object], dropped: tuple[str, ...]
) -> None:
    focus = fitted(**words)
    assert focus.dropped == dropped
    assert focus.drawn in focus.choices


def test_what_can_be_kept_is_kept(fitted) -> None:
    focus = fitted(path=(("district", "n"), ("zone", "z9")), segments=("single", "martian"), measure="revenue")
    assert focus.selection == Selection(path=(("district", "n"),), segments=("single",), measure="revenue")


def test_the_way_up_is_found_from_parents(regions) -> None:
    assert path_to("zone", "z3", regions) == (("district", "s"), ("zone", "z3"))
    assert path_to("half", "w", regions) == (("half", "w"),)
    assert path_to("", "", regions) == ()
