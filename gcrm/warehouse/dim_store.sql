-- One row per store.
CREATE TABLE warehouse.dim_store AS
SELECT s.store_id, s.name, s.floor_area_m2, s.opened_on, s.closed_on, s.attractions, g.location_id
FROM ingest.store AS s
LEFT JOIN geocode.record_location AS g ON g.kind = 'store' AND g.source = s.source AND g.row_no = s.row_no
ORDER BY s.store_id;
