"""Explorations survive the address line, and the moves between them lead where they say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import explored
from app.exploration import Exploration, area_words, parse_trail, step_text
from app.offer import back, beside, drill, fit, start
from app.selection import View
from gcrm.access.scope import Scope
from gcrm.cube.question import Top
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from app.offer import Offer
    from gcrm.workspace import Workspace

_WORD = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=1, max_size=9)
_NAME = st.sampled_from(["district", "zone", "segment", "quarter", "month", "h3_r8"])
_MEMBER = st.none() | _WORD
_NAMES = st.lists(_NAME, unique=True, max_size=4)
_TRAIL = st.lists(st.tuples(_NAME, _MEMBER), max_size=3).map(tuple)


@st.composite
def explorations(draw: st.DrawFn) -> Exploration:
    by = draw(_NAMES)
    cut = draw(st.integers(0, len(by)))
    members = st.lists(_MEMBER, unique=True, max_size=3).map(tuple)
    top = st.builds(Top, st.integers(1, 99), _WORD, _NAME, st.booleans(), st.booleans())
    return Exploration(
        measures=tuple(draw(st.lists(_WORD, unique=True, max_size=3))),
        rows=tuple(by[:cut]),
        across=tuple(by[cut:]),
        where=tuple((name, draw(members)) for name in draw(_NAMES)),
        trail=draw(_TRAIL),
        period=draw(st.sampled_from(["", "2017", "2017-Q1", "2017-01-01..2017-02-03"])),
        totals=draw(st.sampled_from(["none", "rollup", "cube"])),
        having=tuple(draw(st.lists(_WORD, unique=True, max_size=2))),
        top=draw(st.none() | top),
        geography=draw(st.sampled_from(["as is", "as was", "2024-01-01"])),
        area=tuple(draw(st.lists(_WORD, unique=True, max_size=2))),
        drawn=draw(st.just("") | _WORD),
        behind=draw(st.none() | st.tuples(_TRAIL, _WORD)),
        view=draw(st.none() | st.just(View(37.5, -122.25, 9.5))),
    )


@given(explorations())
def test_the_address_line_holds_everything(one: Exploration) -> None:
    assert Exploration.from_params(one.to_params()) == one


@given(st.dictionaries(st.sampled_from(["a", "show", "where", "at", "top", "behind", "view"]), st.lists(_WORD)))
def test_any_address_line_can_be_read(params: dict[str, list[str]]) -> None:
    found = Exploration.from_params(params)
    assert Exploration.from_params(found.to_params()) == found


@given(_TRAIL)
def test_members_survive_as_steps(trail: tuple[tuple[str, str | None], ...]) -> None:
    assert parse_trail("/".join(map(step_text, trail))) == trail


def test_shapes_and_words_of_areas_are_told_apart() -> None:
    assert area_words("POINT (1 2)") == {"within": "POINT (1 2)"}
    polygon = '{"type": "Polygon", "coordinates": []}'
    assert area_words(polygon) == {"within": polygon}
    assert area_words('{"near": {"store": "S1"}, "distance_m": 5}') == {"near": {"store": "S1"}, "distance_m": 5}
    assert area_words("[1]") == {"within": "[1]"}


@pytest.fixture(scope="module")
def known(workspace: Workspace) -> Offer:
    return explored.offer(workspace, {})


@pytest.fixture(scope="module")
def given_out(shop_project: Path) -> Offer:
    return explored.offer(open_workspace(shop_project, Scope("guest")), {})


def test_the_first_question_is_revenue_by_the_largest_regions(known: Offer) -> None:
    assert start(known) == Exploration(("revenue",), ("district",), ("quarter",), totals="cube")


def test_looking_inside_and_going_back_up(known: Offer) -> None:
    first = Exploration(("revenue",), ("district", "segment"), ("quarter",), top=Top(3, "revenue", "district"))
    inside = drill(first, "district", "n", known)
    assert (inside.rows, inside.trail, inside.top) == (
        ("zone", "segment"),
        (("district", "n"),),
        Top(3, "revenue", "zone"),
    )
    deeper = drill(inside, "quarter", "2024-Q1", known)
    assert (deeper.across, deeper.trail[-1]) == (("month",), ("quarter", "2024-Q1"))
    assert drill(deeper, "segment", "single", known) == deeper
    assert drill(first, "zone", "z1", known) == first
    assert back(deeper, 1, known) == inside
    assert back(deeper, 0, known) == first
    assert beside(inside, "district", "s", known).trail == (("district", "s"),)
    assert beside(first, "district", "s", known) == drill(first, "district", "s", known)


def test_a_level_stands_once(known: Offer) -> None:
    both = Exploration(("revenue",), ("district", "zone"), ("segment",))
    assert drill(both, "district", "n", known).rows == ("zone",)
    assert Exploration((), ("district",), ("zone",)).exchange("district", "zone").by == ("zone",)
    assert both.put("across", ("zone",)) == Exploration(("revenue",), ("district",), ("zone",))


def test_what_a_project_has_not_is_dropped(known: Offer) -> None:
    asked = Exploration(
        ("mirth", "revenue / orders"), ("zone", "planet"), (), where=(("moon", ("x",)), ("month", ("y",)))
    )
    found, lost = fit(asked, known)
    assert (found.measures, found.rows, found.where) == (("revenue / orders",), ("zone",), ())
    assert lost == ("mirth", "planet", "moon", "month")
    found, lost = fit(Exploration(("revenue",), ("zone",), geography="![x](y)"), known)
    assert (found.geography, lost) == ("as is", ("regions",))


def test_where_nothing_is_given_out_nothing_is_asked(given_out: Offer) -> None:
    assert fit(Exploration(("revenue",), ("zone",)), replace(given_out, tables=()))[0] == Exploration()


def test_a_reader_without_rights_is_led_to_what_is_given_out(given_out: Offer) -> None:
    first, lost = fit(Exploration(), given_out)
    assert (first.by, first.measures, lost) == (("zone", "quarter"), ("customers",), ())
    asked = Exploration(("revenue / orders", "revenue"), ("district", "segment"), having=("revenue > 1",))
    found, _ = fit(asked, given_out)
    assert (found.by, found.measures, found.having) == (("district", "quarter"), ("revenue",), ())
    inside = drill(found, "district", "n", given_out)
    assert fit(inside, given_out)[0] == inside
    assert inside.by == ("zone", "quarter")
