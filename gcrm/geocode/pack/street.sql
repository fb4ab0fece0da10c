-- One row per street and place without addresses of its own: points of one name that lie together, none an address.
CREATE OR REPLACE TEMP TABLE packed_street AS
WITH bare AS (
    SELECT heap
    FROM named
    INNER JOIN cluster USING (number)
    GROUP BY heap
    HAVING NOT bool_or(addressed)
),

member AS (
    SELECT heap, street, postcode, city, lon, lat
    FROM named
    INNER JOIN cluster USING (number)
    WHERE heap IN (FROM bare)
),

middle AS (
    SELECT heap, centre(lon, lat) AS middle FROM member GROUP BY heap
),

-- The point nearest to the centre stands for the street, so that it lies on it.
anchor AS (
    SELECT
        heap,
        min({
            'away_m': round(distance_m(lon, lat, centre_lon(middle), centre_lat(middle)), 1), 'lon': lon, 'lat': lat
        }) AS point
    FROM member
    INNER JOIN middle USING (heap)
    GROUP BY heap
)

SELECT
    min(street) AS name,
    CASE WHEN count(DISTINCT city) = 1 THEN min(city) END AS city,
    CASE WHEN count(DISTINCT postcode) = 1 THEN min(postcode) END AS postcode,
    any_value(point.lon) AS lon,
    any_value(point.lat) AS lat,
    round(quantile_cont(distance_m(lon, lat, point.lon, point.lat), 0.95), 1) AS radius_m
FROM member
INNER JOIN anchor USING (heap)
GROUP BY heap;
