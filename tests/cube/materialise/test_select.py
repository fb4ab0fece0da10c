"""The choice of cuboids: within the space, worth what the theorem promises, and only where they can answer."""

from __future__ import annotations

from itertools import combinations

from gcrm.cube.demand import Asked
from gcrm.cube.materialise import select as selection
from gcrm.cube.materialise.select import MOST, Shape, Things, View, answers, select, views_of, weights

_BLOCK = 262_144
BUYERS = Things("buyers", frozenset({"district", "zone", "segment"}), 400_000)
SHOP = Shape(
    "order",
    1_000_000,
    (("district", "zone"), ("segment",), ("channel",)),
    {"district": 4, "zone": 40, "segment": 5, "channel": 3},
    {"month": 24, "day": 730},
    4,
    (BUYERS,),
)
EXPECTED = weights([SHOP], {})


def saved(views: list[View]) -> float:
    """Rows that the expected questions need not read, each answered by the smallest view that can."""
    total = 0.0
    for asked, weight in EXPECTED.items():
        records = selection._records(SHOP, asked)
        total += weight * (records - min([records, *(v.cost for v in views if answers(v, asked, SHOP))]))
    return total


def test_nothing_is_kept_without_space():
    assert select([SHOP], 0) == []


def test_all_cuboids_fit_into_the_space():
    for blocks in (1, 3, 10, 1000):
        chosen = select([SHOP], blocks * _BLOCK)
        assert 0 < sum(v.bytes for v in chosen) <= blocks * _BLOCK
        assert len(chosen) <= MOST


def test_greedy_saves_at_least_63_percent_of_the_best_choice():
    # The theorem of Harinarayan, Rajaraman and Ullman, for views of one size; the best is found by trying all.
    views = [v for v in views_of(SHOP, EXPECTED) if v.bytes == _BLOCK]
    best = max(saved(list(pair)) for pair in combinations(views, 2))
    assert saved(select([SHOP], 2 * _BLOCK)) >= 0.63 * best


def view(content: str, *dimensions: str, grain: str = "month", figure: str = "") -> View:
    """A view whose size does not matter."""
    return View("order", content, grain, frozenset(dimensions), figure, 100, 100, _BLOCK)  # type: ignore[arg-type]


def test_counts_of_different_things_are_not_answered_across_what_is_not_proven():
    zones = Asked("order", ("zone",), "month", "buyers")
    assert answers(view("visits", "zone", "district", figure="buyers"), zones, SHOP)
    assert not answers(view("visits", "zone", "channel", figure="buyers"), zones, SHOP)  # a buyer may use two channels
    assert answers(view("things", "zone", "channel", figure="buyers"), zones, SHOP)
    assert not answers(view("sums", "zone"), zones, SHOP)
    assert not answers(view("visits", "zone", figure="buyers"), Asked("order", ("zone",), "day", "buyers"), SHOP)


def test_overlapping_areas_are_answered_by_things_at_their_places_only():
    areas = Asked("order", (), "month", "buyers", areas=True)
    assert not answers(view("visits", figure="buyers"), areas, SHOP)
    assert answers(view("things", figure="buyers"), areas, SHOP)


def test_days_add_up_to_months_and_not_the_other_way():
    assert answers(view("sums", "zone", grain="day"), Asked("order", ("zone",), "month"), SHOP)
    assert not answers(view("sums", "zone"), Asked("order", ("zone",), "day"), SHOP)


def test_what_was_asked_often_is_kept_first():
    often = Asked("order", ("channel", "segment", "zone"), "month")
    assert often.dimensions not in {q.dimensions for q in EXPECTED}
    assert any(answers(v, often, SHOP) for v in select([SHOP], 4 * _BLOCK, {often: 1000}))
    assert not any(answers(v, often, SHOP) for v in select([SHOP], 4 * _BLOCK))


def test_what_cannot_be_held_is_not_heard():
    strange = {Asked("order", ("planet",), "month"): 9, Asked("rocket", (), "month"): 9}
    assert weights([SHOP], strange) == EXPECTED


def test_a_cuboid_is_not_larger_than_its_cells_or_its_records():
    for v in views_of(SHOP, EXPECTED):
        cells = 1
        for name in v.dimensions - ({"district"} if "zone" in v.dimensions else set()):
            cells *= SHOP.members[name]
        months = 24 * 25 // 2 if v.content == "visits" else SHOP.stretches[v.grain]
        limit = min(SHOP.rows, cells * months) if v.content != "things" else SHOP.rows
        assert 1 <= v.rows <= limit
