-- One row per place and overlapping region that covers it today.
CREATE TABLE cube.area_location AS
SELECT b.location_id, r.level, r.region_key
FROM warehouse.bridge_location_region AS b
JOIN cube.current_region AS r ON r.region_key = b.region_key
WHERE r.overlapping;
