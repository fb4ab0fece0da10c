-- One row per distinct place: where it is, how sure that is, its cells, and the residence found there.
CREATE TABLE warehouse.dim_location AS
SELECT
    l.location_id, l.address, l.house_number, l.street, l.postcode, l.city, l.lon, l.lat,
    l.status, l.match_level, l.confidence, l.error_m, l.precision, l.matched_address,
    r.residence_type, r.units, r.built_year,
    c.* SIMILAR TO 'h3_r[0-9]+'
FROM geocode.location AS l
LEFT JOIN conform.location_cell AS c ON c.location_id = l.location_id
LEFT JOIN enrich.location_residence AS r ON r.location_id = l.location_id;
