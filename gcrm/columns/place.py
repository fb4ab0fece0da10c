"""Kinds of the city: addresses, land, buildings, roads, regions, and what is known of them."""

from __future__ import annotations

from gcrm.columns.field import Field, Kind

#: A point.
POINT: tuple[Field, ...] = (
    Field(
        "lon", "number", "Longitude in degrees, WGS84; null where the source gives no point.", minimum=-180, maximum=180
    ),
    Field(
        "lat", "number", "Latitude in degrees, WGS84; null where the source gives no point.", minimum=-90, maximum=90
    ),
)

#: The parts of an address, and the point when the company already knows it. Every located kind has them.
ADDRESS: tuple[Field, ...] = (
    Field("address", "text", "Whole address as one text; used where the parts below are null."),
    Field("house_number", "text", "House number with suffix, as written (12, 12A, 245-9)."),
    Field("street", "text", "Street name with type and direction, as written."),
    Field("unit", "text", "Flat, suite or floor inside the building; never used to find the point."),
    Field("postcode", "text", "Postal code, as text: leading zeros count."),
    Field("city", "text", "Place name."),
    *POINT,
)

PLACES = (
    Kind(
        "address_references",
        "address_reference",
        "One row per known address point; the geocoder finds addresses among them.",
        (
            *ADDRESS,
            Field("parcel_id", "text", "Parcel whose inner point locates the address where lon and lat are null."),
        ),
        located=True,
    ),
    Kind(
        "parcels",
        "parcel",
        "One row per parcel of land.",
        (
            Field("parcel_id", "text", "The register's identifier.", required=True),
            Field("geometry", "area", "Area of the parcel.", required=True),
        ),
        ("parcel_id",),
    ),
    Kind(
        "dwellings",
        "dwelling",
        "One row per record of a register of dwellings (tax, census, cadastre).",
        (
            Field("dwelling_id", "text", "The register's identifier; null where it gives none."),
            Field(
                "parcel_id", "text", "Parcel the dwelling stands on; its inner point is used where no address matches."
            ),
            Field("units", "integer", "Dwelling units; null where the register does not say.", minimum=0),
            Field("residence_type", "text", "The register's own word for the type of residence or use."),
            Field("style", "text", "The register's own word for the form of the building (row, colonial)."),
            Field("levels", "number", "Floors above ground.", minimum=0, maximum=300),
            Field("built_year", "integer", "Year of construction.", minimum=1000, maximum=2200),
            Field("floor_area_m2", "number", "Living area in square metres.", minimum=0),
            Field("value", "money", "Assessed value in the project's currency."),
            *ADDRESS,
        ),
        located=True,
    ),
    Kind(
        "buildings",
        "building",
        "One row per building.",
        (
            Field("building_id", "text", "The register's identifier.", required=True),
            Field("name", "text", "Name of the building."),
            Field("use", "text", "The register's own word for what the building is (house, apartments, retail)."),
            Field("parcel_id", "text", "Parcel the building stands on; null where the register does not say."),
            Field("levels", "number", "Floors above ground.", minimum=0, maximum=300),
            Field("height_m", "number", "Height above ground in metres.", minimum=0, maximum=2000),
            Field("units", "integer", "Dwelling units; null where the register does not say.", minimum=0),
            Field("floor_area_m2", "number", "Floor area of all levels in square metres.", minimum=0),
            Field("built_year", "integer", "Year of construction.", minimum=1000, maximum=2200),
            Field("geometry", "area", "Footprint of the building.", required=True),
        ),
        ("building_id",),
    ),
    Kind(
        "roads",
        "road",
        "One row per stretch of road.",
        (
            Field("road_id", "text", "The register's identifier.", required=True),
            Field("name", "text", "Name of the street."),
            Field(
                "road_class",
                "text",
                "Class of the road: OpenStreetMap's word (motorway, primary, residential, footway, ...), or the "
                "register's own; null is an ordinary street.",
            ),
            Field(
                "oneway",
                "text",
                "Which way vehicles may go: yes (as drawn), reverse, no; null is both, or what the class says.",
            ),
            Field("speed_kmh", "number", "Speed that is allowed or usual, in km/h.", minimum=1, maximum=300),
            Field("lanes", "number", "Lanes of both directions.", minimum=0, maximum=40),
            Field("access", "text", "Who may use it, as in OpenStreetMap (no, private, foot, ...); null is everybody."),
            Field(
                "from_node",
                "text",
                "Junction at which the line begins; null where lines meet wherever they have an end point in common.",
            ),
            Field("to_node", "text", "Junction at which the line ends; null as above."),
            Field("storey", "integer", "Storey of the road: above 0 on bridges, below 0 in tunnels; null is 0."),
            Field("surface", "text", "The register's own word for the surface or its condition."),
            Field("geometry", "line", "Line of the road.", required=True),
        ),
        ("road_id",),
    ),
    Kind(
        "road_conditions",
        "road_condition",
        "One row per condition of a road or class of roads, and time in which it holds.",
        (
            Field("road_id", "text", "The road; null where it holds for a whole class, or for all."),
            Field("road_class", "text", "Class of roads it holds for; null where it holds for one road, or for all."),
            Field("day_type", "text", "weekday, saturday, sunday or weekend; null is every day."),
            Field("from_hour", "integer", "First hour of the day; null is 0.", minimum=0, maximum=23),
            Field("to_hour", "integer", "First hour no longer; null is 24.", minimum=1, maximum=24),
            Field("speed_kmh", "number", "Observed or expected speed in km/h.", minimum=1, maximum=300),
            Field("speed_share", "number", "Share of the usual speed (0.6), where no speed is given.", minimum=0.01),
            Field("closed", "boolean", "True where nobody may pass."),
            Field("condition", "text", "The register's own word for it (works, flooded, slow)."),
        ),
    ),
    Kind(
        "points_of_interest",
        "point_of_interest",
        "One row per shop or other place that people go to.",
        (
            Field("poi_id", "text", "The register's identifier.", required=True),
            Field("name", "text", "Name of the place."),
            Field(
                "poi_class", "text", "What it is broadly: shop, food, health, education, office, leisure, transport."
            ),
            Field("poi_kind", "text", "The register's own word for it (supermarket, bakery, clinic)."),
            Field("brand", "text", "Brand or chain."),
            *POINT,
        ),
        ("poi_id",),
    ),
    Kind(
        "land_uses",
        "land_use",
        "One row per area of one land use: water, green, built-up land.",
        (
            Field("land_use_id", "text", "The register's identifier.", required=True),
            Field("name", "text", "Name of the area."),
            Field(
                "use",
                "text",
                "water, green, residential, commercial, industrial, institutional or transport; other words are kept.",
            ),
            Field("geometry", "area", "The area.", required=True),
        ),
        ("land_use_id",),
    ),
    Kind(
        "barriers",
        "barrier",
        "One row per line that is hard to cross but where a road does.",
        (
            Field("barrier_id", "text", "The register's identifier.", required=True),
            Field("name", "text", "Name of the river, railway or wall."),
            Field("barrier_class", "text", "river, canal, railway, wall or the register's own word."),
            Field("geometry", "line", "The line.", required=True),
        ),
        ("barrier_id",),
    ),
    Kind(
        "regions",
        "region",
        "One row per region and validity; the source says of which level.",
        (
            Field("region_id", "text", "Identifier, unique within its level.", required=True),
            Field("name", "text", "Name to show; null falls back to the identifier."),
            Field("parent_id", "text", "Region of the next level up that it belongs to."),
            Field("valid_from", "date", "First day the region was valid; null counts as always."),
            Field("valid_to", "date", "First day no longer valid; null is still valid."),
            Field("geometry", "area", "Area; null where it is the union of the regions that name it as parent."),
        ),
        ("region_id", "valid_from"),
    ),
    Kind(
        "zone_statistics",
        "zone_statistic",
        "One row per region, statistic and reference day; the source says of which level.",
        (
            Field("region_id", "text", "Region of the source's level.", required=True),
            Field("statistic", "text", "What was counted (households, residents, jobs, income).", required=True),
            Field("value", "number", "The figure; null is unknown, never zero."),
            Field("as_of", "date", "Reference day; null where the source does not say."),
        ),
        ("region_id", "statistic", "as_of"),
    ),
)
