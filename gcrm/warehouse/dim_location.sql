-- One row per distinct place: where it is, how sure that is, its cells, its building and residence, and its roads.
CREATE TABLE warehouse.dim_location AS
SELECT
    l.location_id, l.address, l.house_number, l.street, l.postcode, l.city, l.lon, l.lat,
    l.status, l.match_level, l.confidence, l.error_m, l.precision, l.matched_address,
    w.road_access, w.access_m, w.store_id AS nearest_store_id, w.drive_min_store, w.drive_basis,
    CASE
        WHEN w.drive_min_store < 5 THEN '00-05 min'
        WHEN w.drive_min_store < 10 THEN '05-10 min'
        WHEN w.drive_min_store < 15 THEN '10-15 min'
        WHEN w.drive_min_store < 20 THEN '15-20 min'
        WHEN w.drive_min_store < 30 THEN '20-30 min'
        WHEN w.drive_min_store < 60 THEN '30-60 min'
        WHEN w.drive_min_store IS NOT NULL THEN '60 min or more'
    END AS drive_to_store,
    r.residence_type, r.residence_word, r.residence_from, r.residence_confidence,
    r.building_key, r.building_id, r.building_use, r.units, r.levels, r.built_year,
    c.* SIMILAR TO 'h3_r[0-9]+'
FROM geocode.location AS l
LEFT JOIN conform.location_cell AS c ON c.location_id = l.location_id
LEFT JOIN enrich.location_residence AS r ON r.location_id = l.location_id
LEFT JOIN enrich.location_road AS w ON w.location_id = l.location_id
UNION ALL BY NAME
-- Places of movement: stations, points, cells and regions, which stand for themselves.
SELECT
    p.location_id, p.name AS address, p.lon, p.lat,
    CASE WHEN p.lon IS NOT NULL THEN 'given' END AS match_level,
    CASE WHEN p.lon IS NOT NULL THEN if(p.kind IN ('station', 'point'), 'building', 'area') END AS precision,
    c.* SIMILAR TO 'h3_r[0-9]+'
FROM enrich.movement_place AS p
LEFT JOIN enrich.movement_cell AS c ON c.location_id = p.location_id;
