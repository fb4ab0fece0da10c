-- One row per distinct written address that has to be understood: those without a point, and the whole reference.
CREATE OR REPLACE TEMP TABLE written AS
SELECT
    address, house_number, street, unit, postcode, city,
    CASE WHEN NOT pointed THEN parcel_id END AS parcel_id,
    bool_or(NOT pointed AND kind <> 'pack') AS asked
FROM located_record
WHERE NOT pointed OR kind IN ('address_reference', 'pack')
GROUP BY ALL;
