-- One row per place: those that the sources name as such, and the cities of addresses that are none of these.
CREATE OR REPLACE TEMP TABLE packed_place AS
WITH member AS (
    SELECT DISTINCT words(city) AS key, city, lon, lat FROM seen WHERE regexp_matches(words(city), '\p{L}')
),

named AS (
    SELECT DISTINCT words(name) AS key, name, kind, round(lon, 7) AS lon, round(lat, 7) AS lat
    FROM raw_place
    WHERE words(name) IS NOT NULL AND lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90
),

-- How far the addresses of its name reach; another place of that name far away does not count.
reach AS (
    SELECT
        named.name, named.kind, named.lon, named.lat,
        round(quantile_cont(distance_m(member.lon, member.lat, named.lon, named.lat), 0.95)
            FILTER (distance_m(member.lon, member.lat, named.lon, named.lat) <= $wide_m), 1) AS radius_m
    FROM named
    LEFT JOIN member USING (key)
    GROUP BY ALL
),

middle AS (
    SELECT key, centre(lon, lat) AS middle FROM member WHERE key NOT IN (SELECT key FROM named) GROUP BY key
)

-- Without such addresses a place is taken to reach as far as most of its kind do.
SELECT
    name, kind, lon, lat,
    coalesce(radius_m, CASE kind
        WHEN 'city' THEN 8000.0 WHEN 'town' THEN 3000.0 WHEN 'suburb' THEN 2000.0 WHEN 'village' THEN 1200.0 ELSE 800.0
    END) AS radius_m
FROM reach
UNION ALL
SELECT
    min(city),
    'city',
    any_value(centre_lon(middle)),
    any_value(centre_lat(middle)),
    round(quantile_cont(distance_m(lon, lat, centre_lon(middle), centre_lat(middle)), 0.95), 1)
FROM member
INNER JOIN middle USING (key)
GROUP BY key;
