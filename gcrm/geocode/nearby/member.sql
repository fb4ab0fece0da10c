-- One row per distinct point of each street that is meant without its number: in a postcode, in a city and altogether.
CREATE OR REPLACE TEMP TABLE member AS
WITH house AS (
    SELECT street, postcode, city, lon, lat
    FROM geocode.reference
    WHERE street IN (SELECT street FROM meant)
)

SELECT DISTINCT 'street_in_postcode' AS rule, street, postcode AS within, lon, lat
FROM house
WHERE postcode IS NOT NULL
UNION ALL
SELECT DISTINCT 'street_in_city', street, city, lon, lat
FROM house
WHERE city IS NOT NULL
UNION ALL
SELECT DISTINCT 'street_alone', street, '', lon, lat
FROM house;
