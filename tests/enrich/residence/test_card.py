"""The model card's figures: told by models that did not know the buildings, and held against another count."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from gcrm.enrich.residence.inference import KINDS
from gcrm.warehouse.reader import open_newest
from tests.enrich.residence import card

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = re.compile(r"\d[\d,.]*")


def figures(repository: Path) -> dict[str, list[float]]:
    """Return the rows of the card's tables: first cell -> figures of the others."""
    text = (repository / "docs" / "residence-model.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return {
        head.strip("*` "): [float(n.replace(",", "")) for n in NUMBER.findall(" ".join(rest))] for head, *rest in rows
    }


def test_homes_and_flats_of_san_francisco_agree_with_its_zones(demo_project, repository):
    stated = figures(repository)
    reader = open_newest(demo_project)
    found = card.zones(reader.cursor())
    reader.close()
    assert stated["zones of 100 dwellings and more"] == [found["zones"]]
    assert stated["correlation of the shares of homes of one household, over zones"] == [
        pytest.approx(found["correlation"], abs=0.002)
    ]
    assert stated["homes of one household, told by counted"] == [pytest.approx(found["single"], abs=0.01)]
    assert stated["flats, told by counted"] == [pytest.approx(found["multi"], abs=0.01)]
    assert found["correlation"] > 0.9


def check(stated: dict[str, list[float]], fifths: card.Account, quarters: card.Account) -> None:
    """Hold the card's tables of Cambridge against two accounts, to a point of a hundred."""
    for name in KINDS:
        count, *shares = fifths.by_type[name]
        figures = [100 * share for share in (*shares, *quarters.by_type[name][1:])]
        assert stated[name] == pytest.approx([count, *figures], abs=1), name
    every = sum(count for count, *_ in fifths.by_type.values())
    assert stated["all"] == pytest.approx([every, 100 * fifths.right, 100 * quarters.right], abs=1)
    for low, (count, mean, right) in fifths.by_confidence.items():
        head = next(h for h in stated if (h == "below 0.4" if not low else h.startswith(str(low))))
        assert stated[head] == pytest.approx([count, 100 * mean, 100 * right], rel=0.02), head
        # Taken together, confidence is no further from the truth than this.
        assert abs(mean - right) < 0.05
