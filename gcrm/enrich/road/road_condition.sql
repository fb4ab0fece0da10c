-- One row per condition of roads and time in which it holds; a class is that of the project's words.
CREATE TABLE enrich.road_condition AS
WITH word AS (
    SELECT unnest($words::VARCHAR[]) AS word, unnest($classes::VARCHAR[]) AS road_class
)
SELECT
    c.road_id, coalesce(w.road_class, lower(trim(c.road_class))) AS road_class, lower(trim(c.day_type)) AS day_type,
    coalesce(c.from_hour, 0)::INTEGER AS from_hour, coalesce(c.to_hour, 24)::INTEGER AS to_hour,
    c.speed_kmh, CASE WHEN c.speed_kmh IS NULL THEN c.speed_share END AS speed_share,
    coalesce(c.closed, false) AS closed,
    c.day_type IS NULL AND coalesce(c.from_hour, 0) = 0 AND coalesce(c.to_hour, 24) = 24 AS all_day
FROM ingest.road_condition AS c
LEFT JOIN word AS w ON w.word = c.road_class
ORDER BY c.source, c.row_no;
