-- One row per way to come near an address: how far half of the reference's streets, postcodes and places reach from their middle.
CREATE OR REPLACE TEMP TABLE held_extent AS
WITH box AS (
    SELECT
        'street_in_postcode' AS rule, count(*) AS points,
        distance_m(min(lon), min(lat), max(lon), max(lat)) / 2 AS reach_m
    FROM geocode.reference
    WHERE street IS NOT NULL AND postcode IS NOT NULL
    GROUP BY street, postcode
    UNION ALL
    SELECT 'street_in_city', count(*), distance_m(min(lon), min(lat), max(lon), max(lat)) / 2
    FROM geocode.reference
    WHERE street IS NOT NULL AND city IS NOT NULL
    GROUP BY street, city
    UNION ALL
    SELECT 'street_alone', count(*), distance_m(min(lon), min(lat), max(lon), max(lat)) / 2
    FROM geocode.reference
    WHERE street IS NOT NULL
    GROUP BY street
    UNION ALL
    SELECT 'postcode', count(*), distance_m(min(lon), min(lat), max(lon), max(lat)) / 2
    FROM geocode.reference
    WHERE postcode IS NOT NULL
    GROUP BY postcode
    UNION ALL
    SELECT 'place', count(*), distance_m(min(lon), min(lat), max(lon), max(lat)) / 2
    FROM geocode.reference
    WHERE city IS NOT NULL
    GROUP BY city
)

-- Those of a point or two have no reach of their own.
SELECT rule, median(reach_m) AS reach_m
FROM box
WHERE points >= 5
GROUP BY rule;
