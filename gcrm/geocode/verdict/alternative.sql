-- One row per place without one clear answer and address that it may be, the likeliest first.
CREATE OR REPLACE TABLE geocode.alternative AS
WITH place_no AS (
    SELECT query_no, unnest(places) AS location_id FROM query
)

SELECT
    q.location_id,
    c.place_no::INTEGER AS rank,
    r.address, c.lon, c.lat,
    greatest(0.0, 100 - c.price) AS score,
    nullif(array_to_string(c.faults, ', '), '') AS faults,
    round(c.apart_m, 1) AS apart_m
FROM choice AS c
INNER JOIN place_no AS q ON q.query_no = c.query_no
INNER JOIN geocode.reference AS r ON r.reference_id = c.reference_id
INNER JOIN match AS m ON m.location_id = q.location_id
WHERE c.place_no <= 10 AND (m.status IN ('tie', 'review') OR c.gap <= $tell_price);
