-- One row per postcode or place of the reference and distinct point in it.
CREATE OR REPLACE TEMP TABLE member AS
SELECT DISTINCT 'postcode' AS rule, '' AS street, postcode AS within, lon, lat
FROM geocode.reference
WHERE postcode IS NOT NULL
UNION ALL
SELECT DISTINCT 'place', '', city, lon, lat
FROM geocode.reference
WHERE city IS NOT NULL;
