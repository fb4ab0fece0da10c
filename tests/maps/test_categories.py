"""Maps of names: every category in the legend with its count, colours that stay, and what belongs to nothing."""

from __future__ import annotations

from gcrm.maps.categories import Member, describe_categories

PEOPLE = {"p1": "Ana", "p2": "Ben", "none": "Nina"}


def described(owners: dict[str, str | None]):
    members = [Member(zone, zone.upper(), None, owner, (("Customers", "3"),)) for zone, owner in owners.items()]
    return describe_categories(members, PEOPLE, title="Sales person", noun="Zone", none="nobody", source="/zones")


def test_every_category_stands_in_the_legend_with_its_count() -> None:
    chart = described({"a": "p1", "b": "p1", "c": "none", "d": None})
    assert [(e.label, e.count, e.pattern) for e in chart.legend.entries] == [
        ("Ana", 2, "plain"),
        ("Ben", 0, "plain"),
        ("Nina", 1, "plain"),
        ("nobody", 1, "hatch"),
    ]
    assert [(p.text, p.facts) for p in chart.layers[0].places][2:] == [
        ("Nina", (("Customers", "3"),)),
        ("nobody", (("Customers", "3"),)),
    ]
    assert chart.layers[0].statement == "Zone: showing 4 of 4"


def test_a_person_keeps_their_colour_when_places_move() -> None:
    before, after = described({"a": "p1", "b": None}), described({"a": "p2", "b": "p2"})
    colours = [{e.label: e.colour for e in chart.legend.entries if e.label != "nobody"} for chart in (before, after)]
    assert colours[0] == colours[1]
    assert len(set(colours[0].values())) == 3
