-- One row per point at which the sources know a street, a postcode or a city: addresses, segments and ways.
CREATE OR REPLACE TEMP TABLE seen AS
SELECT CASE WHEN NOT whole THEN street END AS street, postcode, city, lon, lat, true AS addressed
FROM packed_point
UNION ALL
SELECT street, postcode, city, round(lon, 7), round(lat, 7), true
FROM raw_range
WHERE street IS NOT NULL AND from_number > 0 AND to_number > 0 AND geometry IS NOT NULL
UNION ALL
SELECT name, postcode, city, round(lon, 7), round(lat, 7), false
FROM raw_way
WHERE name IS NOT NULL AND lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90
UNION ALL
SELECT street, postcode, city, round(lon, 7), round(lat, 7), false
FROM raw_point
WHERE house_number IS NULL AND address IS NULL
    AND coalesce(street, postcode, city) IS NOT NULL
    AND lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90
    AND NOT (lon = 0 AND lat = 0);
