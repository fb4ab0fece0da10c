-- One row per place, direction (out, in), means of travel, type of day and hour: the trips that begin or end there.
CREATE TABLE warehouse.fact_trip_end AS
WITH ended AS (
    SELECT origin_location_id AS location_id, 'out' AS direction, mode, day_type, hour, trips
    FROM warehouse.fact_flow
    UNION ALL
    SELECT destination_location_id, 'in', mode, day_type, hour, trips
    FROM warehouse.fact_flow
)
SELECT
    location_id, direction, mode, day_type, hour,
    -- A sum of which a part is unknown is unknown.
    CASE WHEN count(*) = count(trips) THEN sum(trips::DECIMAL(18, 6))::DOUBLE END AS trips,
    NULL::DATE AS since, NULL::DATE AS until
FROM ended
GROUP BY ALL
ORDER BY ALL;
