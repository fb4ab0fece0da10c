-- One row per distinct address point of the sources that a house number, and a street or city, can be found by.
CREATE OR REPLACE TEMP TABLE packed_point AS
SELECT DISTINCT
    house_number,
    -- An address of one text stands whole in the place of the street: the stage takes it apart as it does any other.
    coalesce(street, address) AS street,
    unit, postcode, city,
    round(lon, 7) AS lon,
    round(lat, 7) AS lat,
    address IS NOT NULL AS whole
FROM raw_point
WHERE ((house_number IS NOT NULL AND (street IS NOT NULL OR city IS NOT NULL)) OR address IS NOT NULL)
    AND lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90
    AND NOT (lon = 0 AND lat = 0);
