"""Who looks after whom: each rule decides where those before it say nothing, and says so."""

from __future__ import annotations

from datetime import date

import pytest

import gcrm
from gcrm import crm
from gcrm.access.scope import Scope
from gcrm.errors import AccessError, QueryError
from tests.app import shop

MAY = date(2024, 5, 1)


def assign(ws, kind, id_, owner, level=None, **words):
    with ws.crm.write(actor="ana") as unit:
        unit.add(crm.Assignment(crm.Subject(kind, id_, level), owner, date(2024, 1, 1), **words))


def found(ws, **words):
    return {row["id"]: row for row in ws.routing.parties(**{"day": MAY} | words).to_pylist()}


def test_everybody_gets_an_owner_or_a_reason_why_not(ws):
    rows = found(ws)
    listed = sum(shop.CUSTOMERS.values()) + 1
    assert len(rows) == listed + 5
    assert (rows["z1c1"]["owner_id"], rows["z1c1"]["basis"], rows["z1c1"]["region_id"]) == ("anna", "territory", "z1")
    assert rows["z1c1"]["reason"] == "lies in zone z1, assigned"
    assert (rows["z2c0"]["owner_id"], rows["z2c0"]["owner_name"]) == ("ben", "Ben")
    assert (rows["z3c0"]["owner_id"], rows["z3c0"]["basis"]) == ("ben", "nearest") or rows["z3c0"]["owner_id"] == "anna"
    assert (rows["lost"]["owner_id"], rows["lost"]["basis"]) == (None, "nobody")
    assert rows["lost"]["reason"] == "has no known place"
    assert found(ws, rest="ben")["lost"]["reason"] == "has no known place; ben takes the rest"


def test_who_is_assigned_is_asked_before_where_they_are(ws):
    assign(ws, "customer", "z1c1", "cleo")
    assign(ws, "prospect", "q1", "dora")
    rows = found(ws)
    assert (rows["z1c1"]["owner_id"], rows["z1c1"]["reason"]) == ("cleo", "assigned to this customer itself")
    assert rows["q1"]["owner_id"] == "dora"
    assert rows["z1c2"]["owner_id"] == "anna"


def test_product_goes_before_channel_and_both_before_everything(ws):
    assign(ws, "region", "n", "wide", "district", product="tea")
    assign(ws, "region", "z1", "web", "zone", channel="web")
    assert found(ws)["z1c1"]["owner_id"] == "anna"
    assert found(ws, channel="web")["z1c1"]["owner_id"] == "web"
    tea = found(ws, product="tea", channel="web")["z1c1"]
    assert (tea["owner_id"], tea["level"], tea["product"]) == ("wide", "district", "tea")
    assert tea["reason"] == "lies in district n, assigned for tea"
    assign(ws, "region", "z1", "both", "zone", product="tea", channel="web")
    assert found(ws, product="tea", channel="web")["z1c1"]["owner_id"] == "both"
    assert found(ws, product="wine")["z1c1"]["owner_id"] == "anna"


def test_smaller_regions_go_before_larger_ones(ws):
    assign(ws, "region", "s", "south", "district")
    assert found(ws)["z3c0"]["owner_id"] == "south"
    assign(ws, "region", "z3", "own", "zone")
    assert found(ws)["z3c0"]["owner_id"] == "own"


def test_a_lead_is_found_by_address_or_point(ws):
    # House 1 is the first point of zone z1; see `shop.write`.
    lead = ws.routing.lead("1 Long Street", day=MAY)
    assert (lead.owner_id, lead.owner_name, lead.basis) == ("anna", "Anna", "territory")
    assert lead.regions == {"district": "n", "zone": "z1", "half": "w"}
    assert (lead.lon, lead.lat) == pytest.approx(shop.middle("z1"))
    assert lead.reasons[1:] == ("lies in district n, zone z1, half w", "Anna: lies in zone z1, assigned")
    x, y = shop.middle("z2")
    assert ws.routing.lead(lon=x, lat=y, day=MAY).owner_id == "ben"
    east = ws.routing.lead(lon=shop.WEST + 2.1 * shop.STEP, lat=y, day=MAY)
    assert (east.owner_id, east.basis, east.regions) == ("ben", "nearest", {})
    assert "zone z2 is the nearest, 0.3 km away" in east.reasons[-1]
    far = ws.routing.lead(lon=0.0, lat=0.0, day=MAY, rest="anna")
    assert (far.owner_id, far.basis) == ("anna", "rest")


def test_a_lead_that_is_not_found_is_said_so(ws):
    lead = ws.routing.lead("99999 Nowhere Boulevard", day=MAY)
    assert (lead.owner_id, lead.basis, lead.lon) == (None, "nobody", None)
    assert lead.reasons[0].startswith("the address is not found")
    assert ws.routing.lead("99999 Nowhere Boulevard", day=MAY, rest="ben").owner_id == "ben"
    with pytest.raises(QueryError, match="needs an address"):
        ws.routing.lead(" ")
    with pytest.raises(AccessError, match="may not see all"):
        gcrm.open(ws.folder, Scope("agency")).routing.lead("1 Long Street")
