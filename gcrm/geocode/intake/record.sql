-- One row per located record of every kind and address point of a pack: its place; `pointed` when it brought a valid point.
CREATE OR REPLACE TEMP VIEW located_record AS
WITH record AS (
    SELECT 'customer' AS kind, source, row_no, NULL::VARCHAR AS parcel_id,
        address, house_number, street, unit, postcode, city, lon, lat
    FROM ingest.customer
    UNION ALL
    SELECT 'prospect', source, row_no, NULL,
        address, house_number, street, unit, postcode, city, lon, lat
    FROM ingest.prospect
    UNION ALL
    SELECT 'store', source, row_no, NULL,
        address, house_number, street, unit, postcode, city, lon, lat
    FROM ingest.store
    UNION ALL
    SELECT 'competitor', source, row_no, NULL,
        address, house_number, street, unit, postcode, city, lon, lat
    FROM ingest.competitor
    UNION ALL
    SELECT 'dwelling', source, row_no, parcel_id,
        address, house_number, street, unit, postcode, city, lon, lat
    FROM ingest.dwelling
    UNION ALL
    SELECT 'address_reference', source, row_no, parcel_id,
        address, house_number, street, unit, postcode, city, lon, lat
    FROM ingest.address_reference
    UNION ALL
    SELECT 'pack', 'pack', pack, NULL, NULL, house_number, street, unit, postcode, city, lon, lat
    FROM pack_point
)

-- A point is valid when both numbers are there, on the globe, and not the 0, 0 that stands for "none" in many files.
SELECT
    kind, source, row_no,
    nullif(trim(parcel_id), '') AS parcel_id,
    nullif(trim(address), '') AS address,
    nullif(trim(house_number), '') AS house_number,
    nullif(trim(street), '') AS street,
    nullif(trim(unit), '') AS unit,
    nullif(trim(postcode), '') AS postcode,
    nullif(trim(city), '') AS city,
    lon, lat,
    coalesce(lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90 AND NOT (lon = 0 AND lat = 0), false) AS pointed
FROM record;
