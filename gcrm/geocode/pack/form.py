"""The form of a reference pack: its tables, their columns, and the version of both."""

from __future__ import annotations

import pyarrow as pa

#: Version of the form; a pack of a later one is refused.
VERSION = 1
#: What a pack's folder ends in, and the file in it that says what it is.
SUFFIX = ".pack"
LABEL = "pack.json"

_TEXT, _NUMBER, _WHOLE = pa.string(), pa.float64(), pa.int64()
#: Table -> its columns. Texts are as written, null where unknown; lon and lat are WGS84 degrees.
TABLES: dict[str, pa.Schema] = {
    # One row per address point.
    "point": pa.schema(
        [
            ("house_number", _TEXT),
            ("street", _TEXT),
            ("unit", _TEXT),
            ("postcode", _TEXT),
            ("city", _TEXT),
            ("lon", _NUMBER),
            ("lat", _NUMBER),
        ]
    ),
    # One row per side of a street segment with house numbers, which run in the direction of the line.
    "range": pa.schema(
        [
            ("street", _TEXT),
            ("postcode", _TEXT),
            ("city", _TEXT),
            ("side", _TEXT),
            ("parity", _TEXT),
            ("from_number", _WHOLE),
            ("to_number", _WHOLE),
            ("geometry", pa.binary()),
        ]
    ),
    # One row per street and place without addresses of its own; 95 % of it lie within radius_m of the point.
    "street": pa.schema(
        [
            ("name", _TEXT),
            ("city", _TEXT),
            ("postcode", _TEXT),
            ("lon", _NUMBER),
            ("lat", _NUMBER),
            ("radius_m", _NUMBER),
        ]
    ),
    # One row per place: a city, town, village, suburb or neighbourhood.
    "place": pa.schema([("name", _TEXT), ("kind", _TEXT), ("lon", _NUMBER), ("lat", _NUMBER), ("radius_m", _NUMBER)]),
    # One row per postcode; its city is null where it has several or none is known.
    "postcode": pa.schema(
        [("postcode", _TEXT), ("city", _TEXT), ("lon", _NUMBER), ("lat", _NUMBER), ("radius_m", _NUMBER)]
    ),
    # One row per word of the names of streets or cities, and how many of these names hold it.
    "vocabulary": pa.schema([("token", _TEXT), ("field", _TEXT), ("count", _WHOLE)]),
}
