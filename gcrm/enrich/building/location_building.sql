-- One row per place that stands in a building or near it: which, how that was told, and how far off.
CREATE TABLE enrich.location_building AS
SELECT location_id, site AS building_key, how, distance_m FROM building_place ORDER BY location_id;
