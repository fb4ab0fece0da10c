"""Bad geometry, as WKB in Parquet and in geodata files."""

from __future__ import annotations

import json
import sqlite3
import struct
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from shapely.geometry import Point, Polygon, box

from tests.traps.files.family import PARCELS, ZONES, Family, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GOOD = box(-122.6, 37.4, -122.5, 37.5)
DEEP = 100_000


def wkb(*shapes: Any, name: str = "it.parquet") -> Callable[[Path], None]:
    """Write geometries, or WKB made by hand, as regions or parcels into Parquet."""
    column = [s if isinstance(s, bytes | None) else shapely.to_wkb(s, output_dimension=4, flavor="iso") for s in shapes]
    ids = [str(i) for i in range(len(column))]
    table = pa.table({"region_id": ids, "parcel_id": ids, "geometry": pa.array(column, pa.binary())})
    return lambda folder: pq.write_table(table, folder / name)


def ring(*points: tuple[float, ...]) -> bytes:
    return struct.pack("<I", len(points)) + b"".join(struct.pack("<dd", *p) for p in points)


def polygon(*rings: bytes) -> bytes:
    return struct.pack("<BII", 1, 3, len(rings)) + b"".join(rings)


def nested(kind: int, depth: int = DEEP) -> bytes:
    return struct.pack("<BII", 1, kind, 1) * depth + GOOD.wkb


def judged(name: str, shape: Any, *, good: int = 0, finding: str = "", kind: dict[str, str] = ZONES) -> Family:
    """A bad geometry among good ones: it is rejected, or loaded and mended."""
    source = {**kind, "path": "it.parquet", "crs": "EPSG:4326"}
    rejected = {} if good else {"bad_geometry": 1}
    more = [shapely.transform(GOOD, lambda xy, i=i: xy + i) for i in range(3)]
    return Family(
        name, wkb(*more, shape), source, loaded=3 + good, rejected=rejected, finding=finding, whole=bool(finding)
    )


def frame(name: str, shapes: list[Any], **more: Any) -> Callable[[Path], None]:
    return lambda folder: pyogrio.write_dataframe(
        gpd.GeoDataFrame({"region_id": [str(i) for i in range(len(shapes))]}, geometry=shapes, crs=4326),
        folder / name,
        **more,
    )


def _cut(name: str, share: float, make: Callable[[Path], None] | None = None) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (make or frame(name, [GOOD] * 30))(folder)
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[: int(len(data) * share)])

    return write


def _damage(name: str, place: int, data: bytes, shapes: list[Any]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        frame(name, shapes)(folder)
        with (folder / name).open("r+b") as file:
            file.seek(place)
            file.write(data)

    return write


def _deep_geopackage(folder: Path) -> None:
    frame("it.gpkg", [GOOD, GOOD])(folder)
    with sqlite3.connect(folder / "it.gpkg") as db:
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f'DROP TRIGGER "{trigger}"')
        header = b"GP\0\1" + struct.pack("<i", 4326)
        db.execute('UPDATE "it" SET geom = ? WHERE fid = 2', (header + nested(7),))
    db.close()


def _without(suffix: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        frame("it.shp", [GOOD])(folder)
        (folder / "it.shp").with_suffix(suffix).unlink()

    return write


def _odd_projection(folder: Path) -> None:
    frame("it.shp", [GOOD])(folder)
    (folder / "it.prj").write_text('LOCAL_CS["nowhere",UNIT["furlong",201.168]]')


def _short_table(folder: Path) -> None:
    frame("it.shp", [GOOD] * 5)(folder)
    with (folder / "it.dbf").open("r+b") as file:
        file.seek(4)
        file.write(struct.pack("<I", 2))


def feature(geometry: str, properties: str = '{"region_id": "1"}') -> str:
    return f'{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}'


def collection(*features: str) -> str:
    return '{"type": "FeatureCollection", "features": [' + ", ".join(features) + "]}"


SOUND = feature(json.dumps(shapely.geometry.mapping(GOOD)))
SPIRAL = '{"type": "GeometryCollection", "geometries": [' * DEEP + "]}" * DEEP
BAD_ARCS = {
    "type": "Topology",
    "arcs": [[[0, 0], [0, 1], [1, 1], [0, 0]]],
    "objects": {
        "zones": {
            "type": "GeometryCollection",
            "geometries": [{"type": "Polygon", "arcs": [[7]], "properties": {"region_id": "1"}}],
        }
    },
}
CURVE = (
    struct.pack("<BII", 1, 10, 1)
    + struct.pack("<BII", 1, 8, 5)
    + b"".join(struct.pack("<dd", *p) for p in [(0, 0), (1, 1), (2, 0), (1, -1), (0, 0)])
)


def geodata(name: str, make: Callable[[Path], Any], says: str, path: str, **more: str) -> Family:
    return Family(name, make, {**ZONES, "path": path, **more}, refused=says)


FAMILIES = [
    judged("a bow-tie", Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), good=1, finding="repaired"),
    judged(
        "a hole outside its polygon",
        Polygon([(0, 0), (1, 0), (1, 1), (0, 0)], [[(5, 5), (6, 5), (6, 6), (5, 5)]]),
        good=1,
        finding="repaired",
    ),
    judged(
        "a ring that touches itself",
        Polygon([(0, 0), (2, 0), (2, 2), (1, 0), (0, 2), (0, 0)]),
        good=1,
        finding="repaired",
    ),
    judged("an empty polygon", Polygon()),
    judged("a ring that is not closed", polygon(ring((0, 0), (1, 0), (1, 1), (0, 1)))),
    judged("a polygon of two points", polygon(ring((0, 0), (1, 1)))),
    judged("a polygon of one point four times", polygon(ring(*[(1.0, 1.0)] * 4)), good=1, finding="empty"),
    judged("a box over the antimeridian", box(-179, -10, 179, 10)),
    judged("a polygon around the pole", Polygon([(-120, 80), (0, 80), (120, 80), (-120, 80)])),
    judged("a point among areas", Point(0, 0)),
    judged("a collection among areas", shapely.GeometryCollection([GOOD])),
    judged("a curve", CURVE),
    judged("heights and measures", shapely.from_wkt("POLYGON ZM ((0 0 1 2, 1 0 1 2, 1 1 1 2, 0 0 1 2))"), good=1),
    judged("huge coordinates", box(0, 0, 1e300, 1e300)),
    judged("coordinates that are no numbers", polygon(ring((0, 0), (1, float("nan")), (1, 1), (0, 0)))),
    judged("geometry cut short", GOOD.wkb[:40]),
    judged("more rings than there are bytes", struct.pack("<BII", 1, 3, 2**31) + bytes(4000)),
    judged("more parts than there are bytes", struct.pack("<BII", 1, 6, 2**32 - 1) + bytes(4000)),
    judged("collections nested a hundred thousand deep", nested(7)),
    judged("multi-polygons nested a hundred thousand deep", nested(6)),
    judged("multi-polygons nested behind a good polygon", struct.pack("<BII", 1, 6, 2) + GOOD.wkb + nested(6)),
    judged("something else than WKB", b"POLYGON ((0 0, 1 0, 1 1, 0 0))"),
    Family(
        "no geometry where there must be one",
        wkb(GOOD, None),
        {**PARCELS, "path": "it.parquet", "crs": "EPSG:4326"},
        loaded=1,
        rejected={"missing_value": 1},
    ),
    geodata("no CRS anywhere", wkb(GOOD), "in which CRS", "it.parquet"),
    geodata(
        "degrees called metres of another CRS",
        wkb(*[shapely.transform(GOOD, lambda xy: xy * 1e6)] * 3),
        "lie outside the world",
        "it.parquet",
        crs="EPSG:4326",
    ),
    Family(
        "collections nested deep in a GeoPackage",
        _deep_geopackage,
        {**ZONES, "path": "it.gpkg"},
        loaded=1,
        rejected={"bad_geometry": 1},
    ),
    geodata(
        "collections nested deep in GeoJSON",
        text(collection(SOUND, feature(SPIRAL)), "it.geojson"),
        "nested more than 200 deep",
        "it.geojson",
    ),
    geodata(
        "properties nested deep in GeoJSON",
        text(collection(feature("null", '{"a": ' + "[" * DEEP + "]" * DEEP + "}")), "it.geojson"),
        "nested more than 200 deep",
        "it.geojson",
    ),
    Family(
        "brackets inside texts of GeoJSON",
        text(
            collection(
                feature(
                    json.dumps(shapely.geometry.mapping(GOOD)),
                    '{"region_id": "1", "name": "' + '[{\\"\\\\' * 500 + '"}',
                )
            ),
            "it.geojson",
        ),
        {**ZONES, "path": "it.geojson"},
        loaded=1,
    ),
    geodata(
        "JSON that is no geodata",
        text('{"a": [1, 2, 3]}', "it.json"),
        "cannot be read as GeoJSON or TopoJSON",
        "it.json",
    ),
    geodata(
        "an XML file that names another file",
        text(
            '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'
            "</OGRVRTDataSource>",
            "it.json",
        ),
        "cannot be read as",
        "it.json",
    ),
    Family(
        "TopoJSON with arcs that are not there",
        text(json.dumps(BAD_ARCS), "it.topojson"),
        {**ZONES, "path": "it.topojson"},
        rejected={"bad_geometry": 1},
        whole=True,
    ),
    geodata("GeoJSON that ends too early", _cut("it.geojson", 0.6), "cannot be read", "it.geojson"),
    geodata("GeoPackage that ends too early", _cut("it.gpkg", 0.5), "damaged", "it.gpkg"),
    geodata(
        "GeoPackage with a damaged page",
        _damage("it.gpkg", 4096 * 3 + 8, b"\xff" * 600, [GOOD] * 5),
        "damaged",
        "it.gpkg",
    ),
    geodata("FlatGeobuf that ends too early", _cut("it.fgb", 0.7), "damaged", "it.fgb"),
    geodata("Shapefile without a table", _without(".dbf"), r"missing(?s:.)*it\.dbf", "it.shp"),
    geodata("Shapefile without an index", _without(".shx"), r"missing(?s:.)*it\.shx", "it.shp"),
    geodata("Shapefile without a projection", _without(".prj"), "in which CRS", "it.shp"),
    geodata("Shapefile with a projection of nowhere", _odd_projection, "CRS", "it.shp"),
    geodata("Shapefile with a shorter table", _short_table, "damaged|records", "it.shp"),
    Family(
        "names of columns that SQL would take for its own",
        frame("it.gpkg", [GOOD]),
        {**ZONES, "path": "it.gpkg", "layer": "it"},
        loaded=1,
    ),
]
