-- One row per store of somebody else.
CREATE TABLE warehouse.dim_competitor AS
SELECT c.competitor_id, c.name, c.floor_area_m2, c.opened_on, c.closed_on, c.attractions, g.location_id
FROM ingest.competitor AS c
LEFT JOIN geocode.record_location AS g ON g.kind = 'competitor' AND g.source = c.source AND g.row_no = c.row_no
ORDER BY c.competitor_id;
