"""What the tables of this stage mean, written into the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql

if TYPE_CHECKING:
    import duckdb

_LOCATION = {
    "location_id": "Stable number of the place: a bare given point is its own number, else 63 bits of an MD5 hash of "
    "the normalised address (and of the point and text where a point was given beside it).",
    "address": "Address as written; its parts joined where it came in parts; null for a bare point.",
    "house_number": "House number as written, or as split off the address.",
    "street": "Street as written, or as split off the address.",
    "unit": "Unit inside the building as written, or as split off the address; never used to find the point.",
    "postcode": "Postal code as written, or as split off the address.",
    "city": "City as written, or as split off the address.",
    "lon": "Longitude in degrees, WGS84; null where the place could not be located.",
    "lat": "Latitude in degrees, WGS84; null where the place could not be located.",
    "match_level": "What the point stands for: given, decided (by a person), exact, suffix, range, interpolated, "
    "segment, intersection, parcel, street, postcode or place; null where there is no point.",
    "confidence": "How often such a match was right on noised addresses of four cities, 0-1; with a rule remote_... a "
    "cautious number that nobody has measured.",
    "error_m": "Distance in metres within which the true place lies in 95 of 100 cases; null where there is no point.",
    "status": "matched, tie (several places answer), review (an answer that something speaks against; no point taken), "
    "unmatched or rejected (no place at all, such as a post box).",
    "matched_address": "The reference address that was found, or the street or postcode; null for given points.",
    "rule": "One word for why the place was decided so; remote_... where a remote geocoder answered.",
    "score": "100 less the prices of the faults, at least 0; null for given points and where nothing was found.",
    "faults": "What speaks against the match, as names of faults parted by commas; null where nothing does.",
    "not_understood": "Words of the address that were taken for no part of it, folded; the whole text where none was; "
    "null where everything was understood, and for given points.",
    "reference_version": "Hash of the reference that the address was looked for in; null for given points.",
    "precision": "building (the address itself), near (computed, beside the right part of the street) or area (the "
    "middle of something, one of several places, or more than 250 m off); null where there is no point. Only the first "
    "two are drawn as points, and only the first says something of a building.",
}
_RECORD_LOCATION = {
    "kind": "Table of ingest that the record stands in.",
    "source": "Source of the record.",
    "row_no": "Number of the record in its source, from 1.",
    "location_id": "Place of the record; never null.",
}
_ALTERNATIVE = {
    "location_id": "Place without one clear answer.",
    "rank": "1 is the likeliest.",
    "address": "The address as the reference writes it.",
    "lon": "Longitude in degrees, WGS84.",
    "lat": "Latitude in degrees, WGS84.",
    "score": "100 less the prices of the faults, at least 0.",
    "faults": "What speaks against it, as names of faults parted by commas; null where nothing does.",
    "apart_m": "Distance in metres from the likeliest.",
}
_PILE_UP = {
    "location_id": "The place.",
    "addresses": "Different addresses, without their units, within a metre of its point.",
}
_REFERENCE = {
    "reference_id": "Dense number of the reference address; good within one build only.",
    "house_number": "Key of the house number; null where the reference gives none.",
    "street": "Key of the street: folded words, types and directions in canonical form.",
    "postcode": "Key of the postal code: without blanks and leading zeros.",
    "city": "Key of the city: folded words.",
    "lon": "Longitude in degrees, WGS84, of the point nearest to the centre of the address's points.",
    "lat": "Latitude in degrees, WGS84, of the same point.",
    "error_m": "Distance in metres within which the address lies in 95 of 100 cases.",
    "spread_m": "Distance in metres from the point to the farthest other point of the address; 0 where there is one.",
    "points": "Number of distinct points the reference gives for the address.",
    "scattered": "True where its points lie at places far apart: an answer is a tie.",
    "point_source": "given (its own point) or parcel (inner point of its parcel).",
    "address": "The address as the reference writes it.",
}


def write_comments(con: duckdb.DuckDBPyConnection) -> None:
    """Write grain and meaning of each table of the stage into its catalog."""
    sql.comment(con, "geocode.location", "One row per distinct place.", _LOCATION)
    sql.comment(con, "geocode.record_location", "One row per located record.", _RECORD_LOCATION)
    sql.comment(
        con,
        "geocode.alternative",
        "One row per place without one clear answer and address that it may be.",
        _ALTERNATIVE,
    )
    sql.comment(
        con,
        "geocode.pile_up",
        "One row per place at whose point, to the metre, many different addresses stand.",
        _PILE_UP,
    )
    sql.comment(con, "geocode.reference", "One row per distinct reference address.", _REFERENCE)
