"""Extracts of OpenStreetMap: literal ones, and the centre of Helsinki held against what GDAL reads there."""

from __future__ import annotations

import sys

import pyogrio
import pytest
import shapely

from gcrm.errors import DependencyError, SourceError
from gcrm.geocode import Geocoder
from gcrm.geocode.pack import osm
from tests.geocode.pack.shelf import make, rows

pytest.importorskip("osmium", reason="pyosmium is not installed: pip install 'gcrm[osm]'")

XML = """<?xml version='1.0' encoding='UTF-8'?>
<osm version="0.6">
 <node id="1" version="1" lat="60.10" lon="24.90"><tag k="addr:housenumber" v="1;3"/><tag k="addr:street" v="Elm"/>
  <tag k="addr:city" v="Town"/></node>
 <node id="2" version="1" lat="60.20" lon="24.90"/>
 <node id="3" version="1" lat="60.20" lon="24.91"/>
 <node id="4" version="1" lat="60.21" lon="24.91"/>
 <node id="5" version="1" lat="60.21" lon="24.90"/>
 <node id="6" version="1" lat="60.15" lon="24.95"><tag k="place" v="town"/><tag k="name" v="Town"/></node>
 <node id="7" version="1" lat="60.15" lon="24.96"><tag k="place" v="islet"/><tag k="name" v="Rock"/></node>
 <way id="10" version="1"><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="5"/><nd ref="2"/>
  <tag k="building" v="yes"/><tag k="addr:housenumber" v="5a"/><tag k="addr:place" v="Hamlet"/>
  <tag k="addr:postcode" v="00100"/></way>
 <way id="11" version="1"><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/><tag k="name" v="Oak"/></way>
 <way id="12" version="1"><nd ref="2"/><nd ref="1"/><tag k="highway" v="residential"/><tag k="name" v="Elm"/></way>
 <way id="13" version="1"><nd ref="2"/><nd ref="3"/><tag k="highway" v="proposed"/><tag k="name" v="Never"/></way>
 <way id="14" version="1"><nd ref="2"/><nd ref="3"/></way>
 <way id="15" version="1"><nd ref="3"/><nd ref="4"/><nd ref="5"/><nd ref="2"/></way>
 <relation id="20" version="1"><member type="way" ref="14" role="outer"/><member type="way" ref="15" role="outer"/>
  <tag k="type" v="multipolygon"/><tag k="addr:housenumber" v="9"/><tag k="addr:street" v="Elm"/></relation>
</osm>
"""


def test_nodes_buildings_and_multipolygons_have_addresses(tmp_path):
    source = tmp_path / "some.osm"
    source.write_text(XML, encoding="utf-8")
    made = make(tmp_path / "some.pack", source)
    found = rows(made, "point", "house_number", "street", "postcode", "city", "lon", "lat")
    assert sorted(found, key=lambda row: row[0]) == [
        ("1", "Elm", None, "Town", 24.90, 60.10),
        ("3", "Elm", None, "Town", 24.90, 60.10),
        ("5a", "Hamlet", "00100", None, 24.905, 60.205),
        ("9", "Elm", None, None, 24.905, 60.205),
    ]
    assert [name for (name,) in rows(made, "street", "name")] == ["Oak"]
    ((name, kind, lon, _),) = rows(made, "place", "name", "kind", "lon", "lat")
    assert (name, kind, lon) == ("Town", "town", 24.95)


INTERPOLATED = """<?xml version='1.0' encoding='UTF-8'?>
<osm version="0.6">
 <node id="1" version="1" lat="0.0" lon="24.900"><tag k="addr:housenumber" v="2"/><tag k="addr:street" v="Elm"/></node>
 <node id="2" version="1" lat="0.0" lon="24.905"/>
 <node id="3" version="1" lat="0.005" lon="24.905"><tag k="addr:housenumber" v="10a"/></node>
 <node id="4" version="1" lat="0.006" lon="24.905"><tag k="addr:housenumber" v="20"/>
  <tag k="addr:street" v="Elm"/></node>
 <node id="5" version="1" lat="0.007" lon="24.905"><tag k="addr:housenumber" v="x"/></node>
 <way id="10" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="5"/>
  <tag k="addr:interpolation" v="even"/><tag k="addr:city" v="Town"/></way>
 <way id="11" version="1"><nd ref="3"/><nd ref="4"/><tag k="addr:interpolation" v="alphabetic"/></way>
 <way id="12" version="1"><nd ref="4"/><nd ref="1"/><tag k="addr:interpolation" v="all"/>
  <tag k="addr:street" v="Oak"/></way>
</osm>
"""


def test_interpolation_ways_become_ranges_between_their_houses(tmp_path):
    source = tmp_path / "some.osm"
    source.write_text(INTERPOLATED, encoding="utf-8")
    made = make(tmp_path / "some.pack", source)
    found = rows(made, "range", "street", "city", "side", "parity", "from_number", "to_number", "geometry")
    assert [row[:6] for row in found] == [
        ("Oak", None, None, "both", 20, 2),
        ("Elm", "Town", None, "even", 2, 10),
        ("Elm", "Town", None, "even", 10, 20),
    ]
    assert shapely.get_coordinates(shapely.from_wkb(found[1][6])).tolist() == [[24.9, 0], [24.905, 0], [24.905, 0.005]]
    with Geocoder(made.folder) as geocoder:
        six, five = geocoder.find("6 Elm, Town"), geocoder.find("5 Oak")
    assert (six.match_level, five.match_level) == ("segment", "segment")
    # Halfway from 2 to 10 along the bent line; 15/18 of the way from 20 to 2.
    assert (six.lon, six.lat) == pytest.approx((24.905, 0.0), abs=2e-5)
    assert (five.lon, five.lat) == pytest.approx((24.9 + 0.005 / 6, 0.001), abs=1e-6)


@pytest.mark.parametrize("content", [b"", b"no extract", b"\0\0\0\x0d\x0a\x09OSMHeader\x18\x05bad"])
def test_a_damaged_extract_is_refused(tmp_path, content):
    source = tmp_path / "bad.osm.pbf"
    source.write_bytes(content)
    with pytest.raises(SourceError, match=r"bad\.osm\.pbf"):
        make(tmp_path / "bad.pack", source)
    assert list(tmp_path.iterdir()) == [source]


def test_without_pyosmium_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "osmium", None)
    with pytest.raises(DependencyError, match=r"gcrm\[osm\]"):
        osm.convert(tmp_path / "x.osm.pbf", tmp_path)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # GDAL's remarks on rings that the extract cuts
def test_the_centre_of_helsinki(tmp_path, helsinki):
    made = make(tmp_path / "h.pack", helsinki, country="FI", licence="ODbL-1.0")
    ours = {(number, street) for number, street in rows(made, "point", "house_number", "street")}
    theirs = set()
    for layer, column in (("points", "other_tags"), ("multipolygons", "other_tags")):
        frame = pyogrio.read_dataframe(helsinki, layer=layer, columns=[column], read_geometry=False)
        for tags in frame[column].dropna():
            found = hstore(tags)
            number, street = found.get("addr:housenumber"), found.get("addr:street") or found.get("addr:place")
            if number and (street or found.get("addr:city")):
                theirs |= {(part.strip(), street) for part in number.split(";") if part.strip()}
    assert len(theirs) > 500
    assert len(theirs - ours) <= 0.005 * len(theirs)
    assert len(ours - theirs) <= 0.02 * len(ours)  # GDAL has no addresses of open lines


def hstore(text):
    """Take GDAL's `"key"=>"value"` pairs apart."""
    pairs = (pair.split('"=>"') for pair in text.strip('"').split('","'))
    return dict(pairs)
