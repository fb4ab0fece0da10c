-- One row per postcode: the centre of what stands in it.
CREATE OR REPLACE TEMP TABLE packed_postcode AS
WITH member AS (
    SELECT DISTINCT upper(postcode) AS postcode, city, lon, lat FROM seen WHERE postcode IS NOT NULL
),

middle AS (
    SELECT postcode, centre(lon, lat) AS middle FROM member GROUP BY postcode
)

SELECT
    postcode,
    CASE WHEN count(DISTINCT city) = 1 THEN min(city) END AS city,
    any_value(centre_lon(middle)) AS lon,
    any_value(centre_lat(middle)) AS lat,
    round(quantile_cont(distance_m(lon, lat, centre_lon(middle), centre_lat(middle)), 0.95), 1) AS radius_m
FROM member
INNER JOIN middle USING (postcode)
GROUP BY postcode;
