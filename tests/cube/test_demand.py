"""What is asked is counted by its dimensions, in a file that holds no value, and never stands in a reader's way."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from gcrm.access.scope import LOCAL
from gcrm.cube import demand
from gcrm.cube.ask import plan_of
from gcrm.cube.cuboid.column import column_of
from gcrm.cube.demand import Asked, Ledger, asked_of, read
from gcrm.cube.model.standard import MEASURES
from gcrm.cube.question import Question
from gcrm.settings import Settings
from tests import star
from tests.cube import company
from tests.cube.materialise.chance import chosen

BUYERS = column_of(MEASURES["buyers"])


@pytest.fixture(scope="module")
def plan():
    typical = {"kind": "median", "fact": "order", "of": "amount"}
    cube = {"measures": {"typical": typical}, "cuboids_from": 1}
    settings = Settings.model_validate({**star.SETTINGS.model_dump(), "cube": cube})

    with chosen(Random(1), 5):  # noqa: S311
        con = star.build(company.rows(), settings)

    def made(measures, by=(), **words):
        return plan_of(con, Question(measures, by, **words), settings=settings, scope=LOCAL)

    return made


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"measures": ("revenue",)}, {Asked("order", (), "month")}),
        ({"measures": ("buyers",), "by": ("zone", "year")}, {Asked("order", ("zone",), "month", BUYERS)}),
        ({"measures": ("revenue",), "by": ("week",)}, {Asked("order", (), "day")}),
        ({"measures": ("revenue",), "where": {"segment": "family"}}, {Asked("order", ("segment",), "month")}),
        ({"measures": ("revenue",), "by": ("department",)}, {Asked("order_line", ("department",), "month")}),
        ({"measures": ("revenue",), "by": ("area",)}, {Asked("order", (), "month", areas=True)}),
        ({"measures": ("penetration",), "by": ("zone",)}, {Asked("customer", ("zone",), "ends")}),
        ({"measures": ("revenue",), "area": ({"near": "POINT (0 0)", "distance_m": 5},)}, set()),
        ({"measures": ("typical",)}, set()),
    ],
)
def test_a_question_is_told_by_its_dimensions(plan, words, expected):
    assert asked_of(plan(**words)) == expected


def test_no_value_of_a_question_is_written_down(tmp_path, plan):
    ledger = Ledger(tmp_path)
    ledger.note(plan(("revenue",), ("zone",), where={"segment": "family", "zone": "A"}, period="2017-03"))
    text = (tmp_path / demand.FILE).read_text(encoding="utf-8")
    assert {w for row in json.loads(text)["asked"] for w in row["dimensions"]} == {"segment", "zone"}
    assert "family" not in text
    assert "2017" not in text


def test_counts_add_up_over_readers_threads_and_time(tmp_path, plan):
    one, other = Ledger(tmp_path), Ledger(tmp_path)
    asked = plan(("revenue",), ("zone",))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: one.note(asked), range(40)))
    one.flush()
    other.note(asked)
    one.note(asked)  # not written yet: it was written a moment ago
    assert read(tmp_path) == Counter({Asked("order", ("zone",), "month"): 41})
    one.flush()
    assert read(tmp_path).total() == 42
    assert [p.name for p in tmp_path.iterdir()] == [demand.FILE]


def test_only_what_is_asked_most_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(demand, "_MOST", 2)
    counts = Counter({Asked("order", (d,), "month"): n for n, d in enumerate("abc", start=1)})
    demand._write(tmp_path / demand.FILE, counts)
    assert {a.dimensions for a in read(tmp_path)} == {("b",), ("c",)}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"asked": 3}', '{"asked": [{"fact": "order"}]}', '{"asked": [{"fact": 1, "times": "x"}]}']
)
def test_a_damaged_file_is_no_hint_and_no_error(tmp_path, text):
    (tmp_path / demand.FILE).write_text(text, encoding="utf-8")
    assert read(tmp_path) == Counter()


def test_a_folder_that_cannot_be_written_stays_as_it_is(tmp_path, plan):
    blocked = tmp_path / "file"
    blocked.write_text("no folder", encoding="utf-8")
    ledger = Ledger(blocked)
    ledger.note(plan(("revenue",)))
    ledger.flush()
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
