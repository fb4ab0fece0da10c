-- One row per place that stations, movements and floating populations name, not yet known where it is.
CREATE OR REPLACE TEMP TABLE movement_named AS
WITH said AS (
    SELECT NULL AS level, station_id AS place_id, lon, lat FROM ingest.station
    UNION ALL SELECT level, origin_id, origin_lon, origin_lat FROM ingest.movement
    UNION ALL SELECT level, destination_id, destination_lon, destination_lat FROM ingest.movement
    UNION ALL SELECT level, place_id, lon, lat FROM ingest.floating_population
),
identified AS (
    SELECT
        movement_identity(level, place_id, lon, lat) AS identity, level, trim(place_id) AS place_id,
        CASE WHEN place_id IS NULL THEN lon END AS lon, CASE WHEN place_id IS NULL THEN lat END AS lat
    FROM said
)
SELECT
    movement_key(identity) AS location_id, split_part(identity, ' ', 1) AS kind,
    any_value(level) AS level, any_value(place_id) AS place_id, any_value(lon) AS lon, any_value(lat) AS lat
FROM identified
WHERE identity IS NOT NULL
GROUP BY identity;
