-- One row per place whose building is known: the type of residence there, and what else is known of the building.
CREATE TABLE enrich.location_residence AS
SELECT
    l.location_id, b.building_key, b.building_id, b.building_use, b.residence_type, b.residence_word, b.residence_from,
    b.confidence AS residence_confidence, b.units, b.levels, b.built_year, b.floor_area_m2
FROM enrich.location_building AS l
INNER JOIN enrich.building AS b ON b.building_key = l.building_key
ORDER BY l.location_id;
