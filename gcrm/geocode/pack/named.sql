-- One row per point of a street that has points without an address: its name as a key, and a number for each point.
CREATE OR REPLACE TEMP TABLE named AS
WITH keyed AS (
    SELECT words(street) AS key, * FROM seen WHERE street IS NOT NULL
)

SELECT row_number() OVER (ORDER BY key, lon, lat, street, postcode, city, addressed) - 1 AS number, *
FROM keyed
WHERE key IN (SELECT key FROM keyed WHERE NOT addressed);
