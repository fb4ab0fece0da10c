-- One row per place that stands, to the metre, where many different addresses stand: most likely the middle of something.
CREATE OR REPLACE TABLE geocode.pile_up AS
WITH place AS (
    -- An address without its unit, nor the letter of its number: those may be doors of one building.
    SELECT
        location_id, lon, lat, floor(lon * 1e4)::INTEGER AS x, floor(lat * 5e4)::INTEGER AS y,
        coalesce(
            nullif(concat_ws(
                ' ', regexp_replace(words(house_number), '^([0-9]+)\D.*$', '\1'), words(street)), ''),
            words(regexp_replace(fold(address), $unit, ','))) AS said
    FROM geocode.location
    WHERE precision IN ('building', 'near')
),

-- Cells are 2.2 m high and, up to the 84th degree, more than a metre wide: what is within a metre is in cells that touch.
point AS (
    SELECT x, y, lon, lat, list(DISTINCT said) AS said
    FROM place
    WHERE said IS NOT NULL
    GROUP BY x, y, lon, lat
),

-- Of nine cells with that many addresses one has two of them.
dense AS (
    SELECT x, y FROM point GROUP BY x, y HAVING sum(len(said)) > 1
),

step AS (
    SELECT unnest([-1, 0, 1]) AS step
),

looked_at AS (
    SELECT DISTINCT x + i.step AS x, y + j.step AS y FROM dense CROSS JOIN step AS i CROSS JOIN step AS j
),

pair AS (
    SELECT p.lon, p.lat, unnest(q.said) AS said
    FROM (SELECT * FROM point INNER JOIN looked_at USING (x, y)) AS p
    CROSS JOIN step AS i
    CROSS JOIN step AS j
    INNER JOIN point AS q ON q.x = p.x + i.step AND q.y = p.y + j.step
    WHERE distance_m(p.lon, p.lat, q.lon, q.lat) <= 1
),

crowd AS (
    SELECT lon, lat, count(DISTINCT said)::INTEGER AS addresses
    FROM pair
    GROUP BY lon, lat
    HAVING count(DISTINCT said) >= $pile_up
)

SELECT place.location_id, crowd.addresses
FROM crowd
INNER JOIN place ON place.lon = crowd.lon AND place.lat = crowd.lat;
