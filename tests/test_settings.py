"""gcrm.toml: what is right is read, what is wrong is named with its key and the nearest valid word."""

from __future__ import annotations

import pytest

from gcrm.errors import SettingsError
from gcrm.settings import load

GOOD = """
[project]
name = "Acme"
metric_crs = "EPSG:32610"

[hierarchies.city]
levels = ["district", "zone"]

[sources.customers]
kind = "customers"
path = "customers.csv"
columns = { customer_id = "No", since = "First" }
formats = { since = "%d.%m.%Y" }

[sources.zones]
kind = "regions"
level = "zone"
path = "zones.geojson"
valid_from = 2020-01-01
"""


def write(folder, text):
    (folder / "gcrm.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_good_file_is_read(tmp_path):
    found = load(write(tmp_path, GOOD))
    assert found.project.currency == "USD"
    assert found.privacy.min_count == 10
    assert list(found.of_kind("customers")) == ["customers"]
    assert found.hierarchy_of("zone") == "city"
    assert found.sources["zones"].valid_from.isoformat() == "2020-01-01"


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        (
            'kind = "customers"',
            'kind = "custmers"',
            ["sources.customers.kind", "custmers", "Did you mean 'customers'?"],
        ),
        (
            'path = "customers.csv"',
            'pth = "customers.csv"',
            ["sources.customers.pth", "Did you mean 'path'?"],
        ),
        ('level = "zone"', 'level = "zones"', ["sources.zones.level", "Did you mean 'zone'?"]),
        ('level = "zone"', "", ["sources.zones", "must say its level"]),
        ("customer_id = ", "customerid = ", ["sources.customers", "Did you mean 'customer_id'?"]),
        ("formats = { since", "formats = { sinse", ["formats", "Did you mean 'since'?"]),
        ("EPSG:32610", "EPSG:4326", ["project.metric_crs", "does not measure in metres"]),
        ("EPSG:32610", "EPSG:99999999", ["project.metric_crs", "no coordinate reference system"]),
        ("EPSG:32610", "EPSG:2227", ["project.metric_crs", "does not measure in metres"]),
        ('["district", "zone"]', '["zone", "zone"]', ["level 'zone' stands in more than one place"]),
        ('["district", "zone"]', '["segment", "zone"]', ["level 'segment'", "choose another name"]),
        ('["district", "zone"]', '["District", "zone"]', ["hierarchies.city.levels.0", "lower-case"]),
        ('["district", "zone"]', "[]", ["hierarchies.city.levels"]),
        (
            "[project]",
            "[projct]",
            ["projct: there is no such key. Did you mean 'project'?", "project: this key is missing"],
        ),
        ('name = "Acme"', 'name = ""', ["project.name"]),
        ('path = "zones.geojson"', 'path = "zones.geojson"\nas_of = 2020-01-01', ["as_of has no meaning"]),
    ],
)
def test_a_mistake_names_file_key_and_nearest_word(tmp_path, old, new, messages):
    assert GOOD.count(old) >= 1
    with pytest.raises(SettingsError) as caught:
        load(write(tmp_path, GOOD.replace(old, new)))
    text = str(caught.value)
    for message in ["gcrm.toml", *messages]:
        assert message in text


def test_several_mistakes_are_told_at_once(tmp_path):
    with pytest.raises(SettingsError) as caught:
        load(write(tmp_path, GOOD.replace("EPSG:32610", "x").replace('kind = "customers"', 'kind = "y"')))
    assert "project.metric_crs" in str(caught.value)
    assert "sources.customers.kind" in str(caught.value)


def test_no_file_and_no_toml_say_what_to_do(tmp_path):
    with pytest.raises(SettingsError, match="gcrm init"):
        load(tmp_path)
    with pytest.raises(SettingsError, match="not valid TOML"):
        load(write(tmp_path, "[project\n"))
    (tmp_path / "gcrm.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="not valid TOML"):
        load(tmp_path)
