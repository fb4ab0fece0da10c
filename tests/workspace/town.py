"""A town of four zones in a row, two districts, four stations, and what moves between them: all invented."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import shapely

import gcrm
from gcrm.pipeline import build

if TYPE_CHECKING:
    from pathlib import Path

TOML = """
[project]
name = "Town"
metric_crs = "EPSG:32610"

[hierarchies.city]
levels = ["district", "zone"]

[hierarchies.plan]
levels = ["plot"]

[sources.plots_2010]
kind = "regions"
level = "plot"
path = "plots_2010.geojson"
valid_from = 2010-01-01
valid_to = 2020-01-01

[sources.plots_2020]
kind = "regions"
level = "plot"
path = "plots_2020.geojson"
valid_from = 2020-01-01

[sources.residents]
kind = "zone_statistics"
level = "plot"
path = "residents.csv"

[sources.zone_residents]
kind = "zone_statistics"
level = "zone"
path = "zone_residents.csv"

[sources.addresses]
kind = "address_references"
path = "addresses.csv"

[sources.districts]
kind = "regions"
level = "district"
path = "districts.geojson"

[sources.zones]
kind = "regions"
level = "zone"
path = "zones.geojson"

[sources.customers]
kind = "customers"
path = "customers.csv"

[sources.stations]
kind = "stations"
path = "stations.csv"

[sources.bikes]
kind = "movements"
path = "bikes.csv"

[sources.phones]
kind = "floating_populations"
level = "zone"
path = "phones.csv"

[sources.network]
kind = "floating_populations"
level = "zone"
path = "network.csv"

[sources.stores]
kind = "stores"
path = "stores.csv"

[sources.streets]
kind = "roads"
path = "streets.geojson"

[sources.gates]
kind = "floating_populations"
path = "gates.csv"
"""
#: Zone a is the first of the row; each is a hundredth of a degree wide.
ZONES = {z: shapely.box(-122.4 + i / 100, 37.7, -122.39 + i / 100, 37.71) for i, z in enumerate("abcd")}
DISTRICTS = {"west": ("a", "b"), "east": ("c", "d")}
STATIONS = {"s1": "a", "s2": "b", "s3": "c", "s4": "d"}
#: In 2010 the town has two plots; in 2020 the border lies elsewhere, and the east is cut in two.
PLOTS = {
    "plots_2010": {"P": shapely.box(-122.4, 37.7, -122.38, 37.71), "Q": shapely.box(-122.38, 37.7, -122.36, 37.71)},
    "plots_2020": {
        "P": shapely.box(-122.4, 37.7, -122.39, 37.71),
        "R": shapely.box(-122.39, 37.7, -122.37, 37.71),
        "S": shapely.box(-122.37, 37.7, -122.36, 37.71),
    },
}
RESIDENTS = """region_id,statistic,value,as_of
P,residents,100,2010-04-01
Q,residents,200,2010-04-01
P,residents,60,2020-04-01
R,residents,140,2020-04-01
S,residents,110,2020-04-01
"""
ZONE_RESIDENTS = """region_id,statistic,value
a,people,90
b,people,10
c,people,50
d,people,50
a,jobs,10
b,jobs,100
c,jobs,20
d,jobs,10
"""
#: Nine of ten addresses of the western district stand in its first zone.
ADDRESSES = "house_number,street,lon,lat\n" + "".join(
    f"{n},Elm St,{-122.4 + (0.001 * n if n < 10 else 0.015)},37.705\n" for n in range(1, 11)
)
BIKES = """origin_id,destination_id,day_type,hour,trips
s1,s2,weekday,8,10
s1,s3,weekday,8,20
s3,s1,weekday,18,15
s4,s4,weekend,12,3
s2,s4,weekday,8,*
s1,nowhere,weekday,8,1
s1,s2,holiday,8,5
s1,s2,weekday,24,5
"""
PHONES = """place_id,day_type,hour,persons
a,weekday,3,100
a,weekday,12,50
b,weekday,3,10
b,weekday,12,300
c,weekday,3,20
c,weekday,12,*
d,weekday,3,5
d,weekday,12,5
a,weekend,3,90
a,weekend,12,80
b,weekend,3,10
b,weekend,12,20
c,weekend,3,20
c,weekend,12,20
"""
#: A second source, of twice as many people.
NETWORK = """place_id,day_type,hour,persons
a,weekday,3,200
a,weekday,12,100
b,weekday,3,20
b,weekday,12,600
c,weekday,3,40
"""
STORES = "store_id,name,floor_area_m2,lon,lat\nn1,West,100,-122.3949,37.7051\nn2,East,100,-122.3651,37.7051\n"
#: One street through the middles of all zones.
STREET = shapely.LineString([(-122.398, 37.705), (-122.362, 37.705)])
GATES = """place_id,date,hour,persons,measure
s1,2024-01-01,9,30,footfall
s1,2024-01-02,9,50,footfall
s1,2024-01-06,9,10,footfall
s2,2024-01-01,9,7,footfall
"""


def _collection(shapes: dict[str, shapely.Geometry], parents: dict[str, str]) -> str:
    features = [
        {
            "type": "Feature",
            "properties": {"region_id": name, "parent_id": parents.get(name)},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for name, shape in shapes.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def write(folder: Path, **files: str) -> Path:
    """Write the project; other contents may be given by the name of a file without its ending."""
    folder.mkdir(exist_ok=True)
    (folder / "gcrm.toml").write_text(files.pop("toml", TOML))
    parents = {z: d for d, zones in DISTRICTS.items() for z in zones}
    whole = {d: shapely.union_all([ZONES[z] for z in zones]) for d, zones in DISTRICTS.items()}
    (folder / "districts.geojson").write_text(_collection(whole, {}))
    (folder / "zones.geojson").write_text(_collection(ZONES, parents))
    middles = {s: ZONES[z].centroid for s, z in STATIONS.items()}
    stations = "".join(f"{s},Station {s},{p.x},{p.y}\n" for s, p in middles.items())
    for name, plots in PLOTS.items():
        (folder / f"{name}.geojson").write_text(_collection(plots, {}))
    street = {"type": "Feature", "properties": {"road_id": "r1", "name": "Main St"}}
    street["geometry"] = json.loads(shapely.to_geojson(STREET))
    (folder / "streets.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [street]}))
    texts = {
        "residents": RESIDENTS,
        "zone_residents": ZONE_RESIDENTS,
        "addresses": ADDRESSES,
        "customers": "customer_id,lon,lat\nc1,-122.395,37.705\n",
        "stations": "station_id,name,lon,lat\n" + stations,
        "bikes": BIKES,
        "phones": PHONES,
        "gates": GATES,
        "network": NETWORK,
        "stores": STORES,
        **files,
    }
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def opened(folder: Path, **files: str) -> gcrm.Workspace:
    """Write the project, build it and open it."""
    build(write(folder, **files))
    return gcrm.open(folder)
