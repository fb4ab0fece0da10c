-- One row per origin, destination and time of a flow, as its source says.
CREATE TABLE enrich.flow AS
SELECT
    movement_key(movement_identity(level, origin_id, origin_lon, origin_lat)) AS origin_location_id,
    movement_key(movement_identity(level, destination_id, destination_lon, destination_lat))
        AS destination_location_id,
    lower(trim(day_type)) AS day_type, hour, mode, trips, source
FROM ingest.movement
ORDER BY source, row_no;
