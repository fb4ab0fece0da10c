-- One row per place that movements and floating populations name: a station, region, cell or point.
CREATE TABLE enrich.movement_place AS
WITH region AS (
    -- The latest version of a region says where it is.
    SELECT level, region_id, name, lon, lat
    FROM conform.region
    QUALIFY row_number() OVER (
        PARTITION BY level, region_id ORDER BY valid_to DESC NULLS FIRST, valid_from DESC NULLS LAST, region_key
    ) = 1
),
station AS (
    SELECT trim(station_id) AS station_id, any_value(name) AS name, any_value(lon) AS lon, any_value(lat) AS lat
    FROM ingest.station
    GROUP BY trim(station_id)
)
SELECT
    n.location_id, n.kind, n.level, n.place_id, coalesce(r.name, s.name) AS name,
    coalesce(n.lon, s.lon, r.lon, c.lon) AS lon, coalesce(n.lat, s.lat, r.lat, c.lat) AS lat,
    coalesce(r.region_id, s.station_id, c.place_id) IS NOT NULL OR n.kind = 'point' AS listed
FROM movement_named AS n
LEFT JOIN region AS r ON n.kind = 'region' AND r.level = n.level AND r.region_id = n.place_id
LEFT JOIN station AS s ON n.kind = 'station' AND s.station_id = n.place_id
LEFT JOIN movement_cell_centre AS c ON n.kind = 'cell' AND c.place_id = n.place_id
ORDER BY n.kind, n.level, n.place_id, n.location_id;
