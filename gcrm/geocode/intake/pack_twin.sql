-- One row per address point of a pack that an earlier pack has too: the same address within a building's reach.
CREATE OR REPLACE TEMP TABLE pack_twin AS
WITH keyed AS (
    -- Texts that differ in case, accents or marks only are the same here; other spellings meet in the reference.
    SELECT
        rowid AS point, pack, lon, lat,
        words(house_number) AS house_number, words(street) AS street,
        coalesce(words(unit), '') AS unit, words(postcode) AS postcode, words(city) AS city
    FROM pack_point
)

SELECT DISTINCT later.point
FROM keyed AS later
INNER JOIN keyed AS earlier
    ON earlier.house_number = later.house_number
    AND earlier.street = later.street
    AND earlier.unit = later.unit
    AND earlier.pack < later.pack
    AND coalesce(earlier.postcode = later.postcode, true)
    AND coalesce(earlier.city = later.city, true)
    AND abs(earlier.lat - later.lat) < 0.001
    AND distance_m(earlier.lon, earlier.lat, later.lon, later.lat) <= $apart_m;
