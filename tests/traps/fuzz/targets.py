"""What bytes are given to, and what must hold of the answer."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa
import shapely

from gcrm.errors import SettingsError
from gcrm.ingest import geometry, nest
from gcrm.ingest.text import encoding, gap, record, survey
from gcrm.settings import load

FOLDER = Path(tempfile.mkdtemp(prefix="gcrm-fuzz-"))
FILE = FOLDER / "gcrm.toml"


def csv(data: bytes) -> None:
    """Records and lines are counted alike from the bytes and by the parser, whatever the file holds."""
    FILE.write_bytes(data)
    try:
        found = survey.survey(FILE, ",")
    except survey.EncodingError:
        return
    with FILE.open(encoding="utf-8-sig", newline=survey.LINE_ENDS[found.line_end]) as file:
        records = record.Records(file, ",", survey.LINE_ENDS[found.line_end])
        names = records.header()
        if not any(names):
            return
        schema = pa.schema([*((f"c{i}", pa.string()) for i in range(len(names))), ("row_no", pa.int64())])
        good = sum(batch.num_rows for batch in records.batches(schema))
        broken = records.broken
        lines = records.lines(found.physical)
    assert lines.header + good + len(broken) + int(lines.extra.sum()) == found.physical
    if found.plain and len(names) > 1:
        left_out = gap.broken_records(FILE, ",", len(names))
        assert [(b.row_no, b.reason) for b in left_out] == [(b.row_no, b.reason) for b in broken]


def wkb(data: bytes) -> None:
    """Any bytes give a geometry that shapely can read again, or a fault."""
    column = pa.chunked_array([pa.array([data, None, data[1:], data + data], pa.binary())])
    for function, name in ((geometry._area, "geometry"), (geometry._point, "lon")):
        made = function(None, column).to_pylist()
        for row in made:
            assert row["fault"] in {0, *geometry.FAULTS}
            assert row["fault"] == 0 or row[name] is None
            if name == "geometry" and row["geometry"] is not None:
                assert shapely.from_wkb(row["geometry"]).geom_type in {"Polygon", "MultiPolygon"}


def nests(data: bytes) -> None:
    """The depth is that of a loop over every byte."""
    FILE.write_bytes(data)
    level = most = place = 0
    inside = False
    while place < len(data):
        if data[place : place + 2] in {b"\\\\", b'\\"'}:
            place += 2
            continue
        if data[place] == ord('"'):
            inside = not inside
        elif not inside:
            level += (data[place] in b"[{") - (data[place] in b"]}")
            most = max(most, level)
        place += 1
    found = nest.depth(FILE)
    assert min(found, nest.DEEPEST + 1) == min(most, nest.DEEPEST + 1)


def toml(data: bytes) -> None:
    """Whatever stands in gcrm.toml, it is read, or refused as settings are."""
    FILE.write_bytes(data)
    try:
        load(FOLDER)
    except SettingsError:
        return


def text(data: bytes) -> None:
    """What fits an encoding is the same in UTF-8; what does not is refused with its line."""
    FILE.write_bytes(data[1:])
    name = ("cp949", "cp1252", "utf-16-le", "gb18030")[data[0] % 4] if data else "cp949"
    try:
        expected = FILE.read_bytes().decode(name).encode()
    except UnicodeError:
        expected = None
    try:
        encoding.transcode(FILE, FOLDER / "draft", name)
    except encoding.UnfitError:
        assert expected is None
    else:
        assert (FOLDER / "draft").read_bytes() == (expected or b"").removeprefix(b"\xef\xbb\xbf")


TARGETS = {"csv": csv, "wkb": wkb, "nests": nests, "toml": toml, "text": text}
