-- One row per open question and reference address that may be meant, best first: how many answer as well, and how far apart.
CREATE OR REPLACE TEMP TABLE choice AS
WITH ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY query_no ORDER BY price, reference_id) AS place_no
    FROM candidate
),

best AS (
    SELECT query_no, reference_id AS best_id, lon AS best_lon, lat AS best_lat, price AS best_price
    FROM ranked
    WHERE place_no = 1
)

SELECT
    ranked.*,
    ranked.price - best.best_price AS gap,
    distance_m(ranked.lon, ranked.lat, best.best_lon, best.best_lat) AS apart_m
FROM ranked
INNER JOIN best ON best.query_no = ranked.query_no
WHERE ranked.place_no <= 20 AND ranked.price <= 100;
