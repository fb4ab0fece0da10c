"""The meaning of the star's columns: one word means the same in every table, so each is explained once."""

from __future__ import annotations

from gcrm.columns import KINDS

_FIELDS = {f.name: f.comment for kind in KINDS.values() for f in kind.fields}

#: Column name -> meaning; it becomes the COMMENT of the column in every table of the warehouse that has it.
COMMENTS: dict[str, str] = {
    **{
        name: _FIELDS[name]
        for name in (
            "address", "house_number", "street", "postcode", "city", "customer_id", "prospect_id", "store_id",
            "product_id", "owner_id", "order_id", "line_no", "interaction_id", "segment", "team", "category",
            "department", "quantity", "occurred_at", "ordered_on", "campaign_id", "outcome", "statistic", "value",
            "as_of", "since", "until", "status", "floor_area_m2", "opened_on", "closed_on", "channel",
            "valid_from", "valid_to",
        )
    },
    "location_id": "The place: a hash of its normalised address and given point; null where a party is unknown.",
    "lon": "Longitude in degrees, WGS84; null where the place could not be located.",
    "lat": "Latitude in degrees, WGS84; null where the place could not be located.",
    "match_level": "How the point was found (given, exact, parcel, street, postcode); null where it was not.",
    "confidence": "How likely the point is the right one, 0 to 1; null where there is none.",
    "error_m": "Distance in metres within which the true point lies in 95 % of cases; null where there is no point.",
    "matched_address": "The reference address the point belongs to; null where none was used.",
    "residence_type": "Type of residence at the place, the register's most frequent word; null is unknown.",
    "units": "Dwelling units at the place; null is unknown.",
    "built_year": "Median year of construction at the place; null is unknown.",
    "region_key": "Number of the region version within this snapshot.",
    "layer_id": "Number of the level within this snapshot.",
    "hierarchy": "Hierarchy the level belongs to.",
    "level": "Level of the region.",
    "depth": "Place of the level in its hierarchy; 1 is the largest.",
    "overlapping": "True where regions of the level may overlap.",
    "region_id": "Identifier, unique within its level and validity.",
    "parent_key": "Region version of the next level up; null at the top or where the source names none.",
    "parent_level": "Level of the parent.",
    "parent_id": "Identifier of the parent.",
    "geometry": "Area as WKB in WGS84 lon/lat, repaired where it was invalid.",
    "area_m2": "Area in square metres, in the project's metric CRS.",
    "customer_key": "Number of the customer within this snapshot; null where the customer is unknown.",
    "prospect_key": "Number of the prospect within this snapshot; null where the prospect is unknown.",
    "product_key": "Number of the product within this snapshot; null where the line names none.",
    "listed": "False where other rows name it but its own list does not.",
    "name": "Name to show; null where the source gives none.",
    "kind": "What the contact was.",
    "amount": "Amount in the project's currency; null is unknown.",
    "day": "Calendar day.",
    "year": "Calendar year.",
    "quarter": "Calendar quarter, such as 2017-Q1.",
    "month": "Calendar month, such as 2017-03.",
    "iso_week": "ISO 8601 week, such as 2017-W09.",
    "iso_weekday": "Day of the week, 1 is Monday.",
    "subject": "Table whose rows name something that is not there.",
    "missing": "What they name.",
    "rows": "How many rows do.",
}
