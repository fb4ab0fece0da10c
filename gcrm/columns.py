"""The columns of gcrm: what each kind of source holds, in one place.

A *kind* is a table that a company can bring. A source maps its own columns onto the fields below; everything after
ingest knows only these names. Names carry unit and system (`floor_area_m2`, `lon`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FieldType = Literal["text", "integer", "number", "money", "date", "timestamp", "boolean", "area", "line"]

#: How each field type is stored in DuckDB. Areas and lines are WKB in WGS84 lon/lat.
SQL_TYPES: dict[FieldType, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "money": "DECIMAL(18,2)",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
    "area": "BLOB",
    "line": "BLOB",
}


@dataclass(frozen=True)
class Field:
    """One column of a kind.

    Attributes
    ----------
    name
        Column name in gcrm.
    type
        Field type; `SQL_TYPES` says how it is stored.
    comment
        Meaning, unit and what null says; it becomes the COMMENT of the column.
    required
        A row without a value here is rejected, and a source without a column for it is refused.
    minimum, maximum
        Closed range of valid numbers; a row outside it is rejected.
    blank
        With `required`: the source needs a column for it, but a row may lack a value.
    """

    name: str
    type: FieldType
    comment: str
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    blank: bool = False

    @property
    def sql_type(self) -> str:
        """The DuckDB type the field is stored as."""
        return SQL_TYPES[self.type]


@dataclass(frozen=True)
class Kind:
    """One kind of source table.

    Attributes
    ----------
    name
        Plural noun, as written in gcrm.toml.
    table
        Singular noun: the table's name in every stage.
    grain
        "One row per ..."; it becomes the COMMENT of the table.
    fields
        Columns in order.
    key
        Columns that identify a row; a second row with the same key is rejected. Empty: rows have no identity.
    located
        True where rows carry an address or a point and go through geocode and conform.
    """

    name: str
    table: str
    grain: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    located: bool = False

    @property
    def pointed(self) -> bool:
        """True where rows carry a point of their own, and no address."""
        return not self.located and "lon" in self.field_names

    @property
    def shape(self) -> Field | None:
        """The field that holds an area or a line; null where the kind has none."""
        return next((f for f in self.fields if f.type in {"area", "line"}), None)

    def field(self, name: str) -> Field:
        """Return the field called `name`.

        Raises
        ------
        KeyError
            If the kind has no such field.
        """
        return {f.name: f for f in self.fields}[name]

    @property
    def field_names(self) -> tuple[str, ...]:
        """Names of all fields, in order."""
        return tuple(f.name for f in self.fields)


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

#: What else tells a customer or prospect from others; duplicates are found by it.
IDENTITY: tuple[Field, ...] = (
    Field("email", "text", "E-mail address of the party; further ones are contacts."),
    Field("phone", "text", "Telephone number of the party, as written; further ones are contacts."),
    Field("born_on", "date", "Day of birth of a person."),
    Field("official_id", "text", "Number in an official register: tax, company or identity number."),
)

_KINDS = (
    Kind(
        "customers",
        "customer",
        "One row per customer.",
        (
            Field("customer_id", "text", "The company's own identifier.", required=True),
            Field("name", "text", "Name of the person or company."),
            Field("segment", "text", "The company's own segment; null is shown as unknown."),
            Field("owner_id", "text", "Sales person who looks after the customer."),
            Field("since", "date", "First day as a customer; null counts as always."),
            Field("until", "date", "First day no longer a customer; null is still active."),
            *IDENTITY,
            *ADDRESS,
        ),
        ("customer_id",),
        located=True,
    ),
    Kind(
        "prospects",
        "prospect",
        "One row per prospect.",
        (
            Field("prospect_id", "text", "The company's own identifier.", required=True),
            Field("name", "text", "Name of the person or company."),
            Field("segment", "text", "Segment the prospect is expected to belong to."),
            Field("owner_id", "text", "Sales person who follows the prospect up."),
            Field("since", "date", "First day as a prospect; null counts as always."),
            Field("until", "date", "First day no longer a prospect (won or lost); null is still open."),
            Field("status", "text", "The company's own word for the state (open, won, lost)."),
            Field("customer_id", "text", "The customer the prospect became; null while it has not."),
            *IDENTITY,
            *ADDRESS,
        ),
        ("prospect_id",),
        located=True,
    ),
    Kind(
        "orders",
        "order",
        "One row per order.",
        (
            Field("order_id", "text", "The company's own identifier.", required=True),
            Field(
                "customer_id",
                "text",
                "Who ordered; null where nobody is known: a sale without a name, or of a person who was forgotten.",
                required=True,
                blank=True,
            ),
            Field("ordered_on", "date", "Day of the order, local time.", required=True),
            Field("store_id", "text", "Store where it was bought; null for other channels."),
            Field("channel", "text", "How it was ordered (store, web, phone)."),
            Field("amount", "money", "Total in the project's currency; null where the lines give it."),
        ),
        ("order_id",),
    ),
    Kind(
        "order_lines",
        "order_line",
        "One row per order and line.",
        (
            Field("order_id", "text", "The order the line belongs to.", required=True),
            Field("line_no", "integer", "Number of the line within its order.", required=True),
            Field("product_id", "text", "What was bought; null is shown as unknown."),
            Field("quantity", "number", "Units bought; negative for returns."),
            Field("amount", "money", "Total of the line in the project's currency.", required=True),
        ),
        ("order_id", "line_no"),
    ),
    Kind(
        "products",
        "product",
        "One row per product.",
        (
            Field("product_id", "text", "The company's own identifier.", required=True),
            Field("name", "text", "Product name."),
            Field("category", "text", "Finer product group."),
            Field("department", "text", "Coarser product group."),
        ),
        ("product_id",),
    ),
    Kind(
        "interactions",
        "interaction",
        "One row per contact with a customer or prospect, in either direction.",
        (
            Field("interaction_id", "text", "The company's own identifier.", required=True),
            Field("customer_id", "text", "The customer; null where it was a prospect."),
            Field("prospect_id", "text", "The prospect; null where it was a customer."),
            Field("occurred_at", "timestamp", "When it happened, local time.", required=True),
            Field("channel", "text", "Mail, phone, visit, web, store."),
            Field("kind", "text", "What it was (campaign_sent, coupon_redeemed, call, visit, complaint)."),
            Field("campaign_id", "text", "The campaign it belongs to; null outside campaigns."),
            Field("outcome", "text", "The company's own word for what came of it."),
        ),
        ("interaction_id",),
    ),
    Kind(
        "stores",
        "store",
        "One row per store.",
        (
            Field("store_id", "text", "The company's own identifier.", required=True),
            Field("name", "text", "Store name."),
            Field("floor_area_m2", "number", "Sales area in square metres.", minimum=0),
            Field("opened_on", "date", "First day open; null counts as always."),
            Field("closed_on", "date", "First day closed; null is still open."),
            *ADDRESS,
        ),
        ("store_id",),
        located=True,
    ),
    Kind(
        "owners",
        "owner",
        "One row per sales person.",
        (
            Field("owner_id", "text", "The company's own identifier.", required=True),
            Field("name", "text", "Name of the sales person."),
            Field("team", "text", "Team or sales region the person belongs to."),
        ),
        ("owner_id",),
    ),
    Kind(
        "contacts",
        "contact",
        "One row per way to reach a customer or prospect: a person there, or the party itself.",
        (
            Field("contact_id", "text", "The company's own identifier.", required=True),
            Field("customer_id", "text", "The customer; null where it is a prospect's."),
            Field("prospect_id", "text", "The prospect; null where it is a customer's."),
            Field("name", "text", "Name of the person; null where it is the party itself."),
            Field("role", "text", "What the person does there."),
            Field("email", "text", "E-mail address."),
            Field("phone", "text", "Telephone number, as written."),
        ),
        ("contact_id",),
    ),
    Kind(
        "consents",
        "consent",
        "One row per consent given or withdrawn; the latest of a party, channel and purpose counts, none means no.",
        (
            Field("customer_id", "text", "The customer; null where it was a prospect."),
            Field("prospect_id", "text", "The prospect; null where it was a customer."),
            Field("channel", "text", "By which channel the party may be reached (email, phone, mail).", required=True),
            Field("purpose", "text", "For what (campaign, newsletter).", required=True),
            Field("granted", "boolean", "True where it was given, false where it was withdrawn.", required=True),
            Field("given_on", "date", "Day on which that was said.", required=True),
            Field("evidence", "text", "Where that can be looked up."),
        ),
    ),
    Kind(
        "assignments",
        "assignment",
        "One row per assignment of a region, customer, prospect, store or building to a sales person, and validity.",
        (
            Field(
                "subject_kind",
                "text",
                "What is assigned: region, customer, prospect, store or building.",
                required=True,
            ),
            Field("subject_id", "text", "Its identifier; for a region the region_id.", required=True),
            Field("level", "text", "Level of the region; null for everything else."),
            Field("owner_id", "text", "Sales person who looks after it.", required=True),
            Field("valid_from", "date", "First day of the assignment; null counts as always."),
            Field("valid_to", "date", "First day no longer; null is until the next one."),
            Field("product", "text", "Product or department that alone it is for; null is everything."),
            Field("channel", "text", "Channel that alone it is for; null is every channel."),
        ),
    ),
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

#: Every kind by the name used in gcrm.toml.
KINDS: dict[str, Kind] = {k.name: k for k in _KINDS}
