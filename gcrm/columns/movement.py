"""Kinds of movement: stations, flows between places, and who is around at which hour. Counts only, never devices."""

from __future__ import annotations

from gcrm.columns.field import Field, Kind
from gcrm.columns.place import POINT

#: Words by which a day of a count is named.
DAY_TYPES = ("weekday", "saturday", "sunday", "weekend")
#: What stands for a count that its source does not tell.
_HIDDEN = ("*",)

_DAY_TYPE = Field(
    "day_type", "text", "weekday, saturday, sunday or weekend; null is every day of the week.", words=DAY_TYPES
)
_HOUR = Field(
    "hour", "integer", "Hour of the day, 0 is from midnight to one; null is the day as a whole.", minimum=0, maximum=23
)
_PLACE = "a station, a region of the source's `level`, or an H3 cell"

MOVEMENTS = (
    Kind(
        "stations",
        "station",
        "One row per station, gate or other fixed place at which movement is counted.",
        (
            Field("station_id", "text", "The register's identifier.", required=True),
            Field("name", "text", "Name of the station."),
            *POINT,
        ),
        ("station_id",),
    ),
    Kind(
        "movements",
        "movement",
        "One row per origin, destination and time of a flow.",
        (
            Field("origin_id", "text", f"Where it begins: {_PLACE}; null where a point says it, or nothing."),
            Field("destination_id", "text", f"Where it ends: {_PLACE}; null where a point says it, or nothing."),
            Field("origin_lon", "number", "Longitude of the beginning in degrees, WGS84.", minimum=-180, maximum=180),
            Field("origin_lat", "number", "Latitude of the beginning in degrees, WGS84.", minimum=-90, maximum=90),
            Field("destination_lon", "number", "Longitude of the end in degrees, WGS84.", minimum=-180, maximum=180),
            Field("destination_lat", "number", "Latitude of the end in degrees, WGS84.", minimum=-90, maximum=90),
            _DAY_TYPE,
            _HOUR,
            Field("mode", "text", "Means of travel, in the source's own words."),
            Field(
                "trips",
                "number",
                "Trips; `*` and null are unknown, never 0.",
                required=True,
                minimum=0,
                blank=True,
                nulls=_HIDDEN,
            ),
        ),
    ),
    Kind(
        "floating_populations",
        "floating_population",
        "One row per place, time and group of people who are there.",
        (
            Field("place_id", "text", f"Where they are: {_PLACE}; null where lon and lat say it."),
            *POINT,
            _DAY_TYPE,
            Field("date", "date", "Day of the count, where it is not of a type of day."),
            _HOUR,
            Field(
                "persons",
                "number",
                "People; `*` and null are unknown, never 0.",
                required=True,
                minimum=0,
                blank=True,
                nulls=_HIDDEN,
            ),
            Field(
                "measure",
                "text",
                "stock (people present in the hour) or footfall (people who pass in it); null is stock.",
                words=("stock", "footfall"),
            ),
            Field("age", "text", "Age group, in the source's own words; null is all ages."),
            Field("sex", "text", "Sex, in the source's own words; null is both."),
            Field(
                "visitor",
                "text",
                "resident, visitor or worker; null is everybody.",
                words=("resident", "visitor", "worker"),
            ),
        ),
    ),
)
