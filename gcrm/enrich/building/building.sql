-- One row per building: a footprint, a parcel where there is none, or the point of known addresses where there is neither.
CREATE TABLE enrich.building AS
SELECT
    s.site AS building_key, s.building_id, s.stand, t.name, r.building_use, s.parcel_id, t.levels, t.height_m,
    CASE WHEN s.stand = 'footprint' THEN s.area_m2 END AS footprint_m2,
    t.floor_area_m2, t.floor_area_from,
    r.units, r.units_from, t.built_year, t.records, t.addresses,
    r.residence_type, r.residence_word, r.residence_from, r.confidence, r.stability,
    s.lon, s.lat, s.source, s.row_no
FROM building_site AS s
INNER JOIN building_trait AS t ON t.site = s.site
INNER JOIN residence_of AS r ON r.site = s.site
ORDER BY s.site;
