"""Hot spots of results over the demo project: from the question to the table, the map, the command and the page."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from typer.testing import CliRunner

import gcrm
from app import explored, mapped
from app.exploration import Exploration
from gcrm.cli import app
from gcrm.errors import QueryError
from gcrm.hot_spots import p_text
from gcrm.maps.render_browser import to_browser

RUN = CliRunner()


@pytest.fixture(scope="module")
def ws(demo_project):
    found = gcrm.open(demo_project)
    yield found
    found.close()


@pytest.fixture(scope="module")
def spots(ws):
    return ws.query(["penetration"], by=["zone"]).hot_spots()


def test_each_zone_is_weighed_with_those_that_touch_it(ws, spots):
    rows = spots.geo
    assert len(rows) == 190
    flat = rows.geometry.to_crs("EPSG:32610")
    values = rows["penetration"].astype(float).to_numpy()
    for i in (0, 40, 150):
        near = shapely.distance(flat.iloc[i], flat.to_numpy()) <= 5
        assert rows["neighbours"].iloc[i] == near.sum() - 1
        assert rows["around"].iloc[i] == pytest.approx(values[near].mean())
        k, n = near.sum(), len(values)
        spread = values.std() * np.sqrt(k * (n - k) / (n - 1))
        assert rows["z"].iloc[i] == pytest.approx((values[near].sum() - k * values.mean()) / spread)
    found = rows.groupby("spot")["z"]
    assert found.min()["hot"] > 0 > found.max()["cold"]
    assert set(rows["sure"].dropna()) <= {0.99, 0.95, 0.9}
    assert rows[rows["sure"].notna()]["p"].max() < rows[rows["sure"].isna()]["p"].min()
    assert spots.frame["z"].is_monotonic_decreasing
    assert "Moran's I 0.3" in spots.sentence
    assert ws.query(["penetration"], by=["zone"]).hot_spots().frame.equals(spots.frame), "the same answer again"


def test_what_is_not_known_counts_nowhere(ws, spots):
    alone = ws.query(["penetration"], by=["zone"])
    hidden = alone.geo.copy()
    hidden.loc[hidden["zone"] == "100", ["penetration", "penetration_state"]] = [None, "suppressed"]
    alone.geo = hidden
    found = alone.hot_spots().geo.set_index("zone")
    gone = found.loc["100"]
    assert gone[["neighbours", "around", "z", "p", "spot", "sure"]].isna().all()
    before = spots.geo.set_index("zone")
    lost = before["neighbours"].drop("100") - found["neighbours"].drop("100")
    assert lost.sum() == before.loc["100", "neighbours"]
    assert any("1 places are withheld" in note for note in alone.hot_spots().notes)
    assert not any("withheld" in note for note in spots.notes)
    drawn = alone.hot_spots().describe()
    assert drawn.legend.entry("suppressed").count == 1


def test_neighbours_can_be_the_nearest_or_those_within_a_distance(ws):
    result = ws.query(["penetration"], by=["zone"])
    assert result.hot_spots(neighbours=4).geo["neighbours"].min() >= 4
    middles = result.geo.geometry.to_crs("EPSG:32610").centroid
    found = result.hot_spots(within_km=1.5).geo["neighbours"]
    assert found.iloc[7] == (middles.distance(middles.iloc[7]) <= 1500).sum() - 1
    everybody = result.hot_spots(neighbours=500)
    assert (everybody.geo["neighbours"] == 189).all()
    assert everybody.sentence.endswith("cannot be told.")
    cells = ws.query(["revenue"], by=["h3_r8"]).hot_spots()
    assert cells.geo["neighbours"].max() == 6
    assert "where many live" in cells.notes[0]


@pytest.mark.parametrize(
    ("asked", "words", "message"),
    [
        ({"by": ["district"]}, {}, "known of 4 places"),
        ({"by": ["segment"]}, {}, "no places"),
        ({"by": ["zone", "segment"]}, {}, "several"),
        ({"by": ["zone"], "top": 20}, {}, "leave out the top"),
        ({"by": ["primary_area"]}, {}, "may overlap"),
        ({"by": ["zone"]}, {"measure": "revenu"}, "Did you mean 'revenue'"),
        ({"by": ["zone"]}, {"neighbours": 0}, "at least 1"),
        ({"by": ["zone"]}, {"neighbours": 3, "within_km": 1.0}, "not both"),
    ],
)
def test_what_cannot_be_told_is_refused_in_words(ws, asked, words, message):
    with pytest.raises(QueryError, match=message):
        ws.query(["revenue"], **asked).hot_spots(**words)


def test_the_command_prints_them_and_writes_map_and_places(demo_project, tmp_path, spots):
    words = ["hot-spots", "-m", "penetration", "-b", "zone", str(demo_project)]
    told = RUN.invoke(app, words)
    assert told.exit_code == 0
    assert spots.sentence in told.stdout.replace("\n", " ")
    assert told.stdout.count(" hot ") == (spots.geo["spot"] == "hot").sum() + 1, "each once, and the sentence"
    page, places = tmp_path / "spots.html", tmp_path / "spots.geojson"
    assert RUN.invoke(app, [*words, "-o", str(page)]).exit_code == 0
    assert "hot spot&#44; 99 &#37;" in page.read_text(encoding="utf-8")
    assert RUN.invoke(app, [*words, "-o", str(places)]).exit_code == 0
    rows = json.loads(places.read_text(encoding="utf-8"))["features"]
    assert sum(row["properties"]["spot"] == "cold" for row in rows) == (spots.geo["spot"] == "cold").sum()


def test_the_explorer_draws_them(ws, spots):
    shown = Exploration(("penetration",), ("zone",), spots=True)
    assert Exploration.from_params(shown.to_params()) == shown
    picture = explored.picture(ws, {"params": shown.to_params(), "measure": "penetration", "spots": True})
    drawn = mapped._describe(picture, shown, explored.offer(ws, {}), "snapshot")
    counted = {entry.key: entry.count for entry in drawn.legend.entries}
    for word in ("hot", "cold"):
        assert sum(n for key, n in counted.items() if key.startswith(word)) == (spots.geo["spot"] == word).sum()
    assert drawn.layers[-1].source, "the browser fetches today's regions"
    assert to_browser(drawn)["areas"] is not None


def test_chances_are_written_as_they_are_read():
    assert (p_text(0.0), p_text(0.00099), p_text(0.04)) == ("< 0.001", "< 0.001", "0.040")
