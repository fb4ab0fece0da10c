-- One row per place, level and region version that covers it; a place outside a level's regions has no row there.
CREATE TABLE warehouse.bridge_location_region AS
SELECT b.location_id, b.layer_id, b.region_key, b.valid_from, b.valid_to
FROM conform.location_region AS b
UNION ALL
SELECT m.location_id, m.layer_id, m.region_key, m.valid_from, m.valid_to
FROM enrich.movement_region AS m
UNION ALL
SELECT t.location_id, t.layer_id, t.region_key, t.valid_from, t.valid_to
FROM enrich.location_region AS t;
