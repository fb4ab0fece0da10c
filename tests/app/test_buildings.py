"""The buildings page over a few footprints, in a browser without a network: the layer and the base map below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gcrm.pipeline import build
from tests.analysis import town
from tests.app.conftest import Desk, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a dashboard over two houses, a block of flats and their customers."""
    folder: Path = tmp_path_factory.mktemp("town")
    town.write(folder)
    build(folder)
    yield from serve(folder)


def test_footprints_are_drawn_by_penetration_and_by_type_over_the_base_map(context, address):
    desk = Desk(context.new_page(), address)
    desk.page.goto(f"{address}/buildings")
    desk.drawn()
    drawn = "state.map.querySourceFeatures('areas').map(f => f.properties.colour)"
    assert desk.js("state.data.areas.rows.length") == 4
    assert desk.js("state.data.legend.title") == "Penetration"
    facts = dict(desk.js("state.data.areas.rows.find(r => r.facts.some(f => f[1].includes('of 8 units'))).facts"))
    assert facts["Customers"] == "2 of 8 units, +1 in six months"
    assert facts["Residence"] == "5 and more (a register)"
    # The footprints themselves are the base map here: their tiles come from the dashboard's own server.
    assert desk.js("state.data.base !== null")
    assert desk.js("state.map.getLayoutProperty('base-building', 'visibility')") == "visible"
    desk.page.get_by_role("combobox", name="Coloured by").click()
    desk.page.get_by_role("option", name="Type of residence").click()
    desk.page.wait_for_url("**colour=residence_type*")
    desk.drawn()
    entries = desk.js("state.data.legend.entries.filter(e => e.count).map(e => [e.label, e.count, e.colour])")
    assert [entry[:2] for entry in entries] == [["Detached", 3], ["5 and more", 1]]
    assert set(desk.js(drawn)) == {entry[2] for entry in entries}
    desk.page.close()
