-- One row per distinct written address that has to be understood: of the reference, or of the records without a point.
CREATE OR REPLACE TEMP TABLE written AS
SELECT DISTINCT
    address, house_number, street, unit, postcode, city,
    CASE WHEN NOT pointed THEN parcel_id END AS parcel_id
FROM located_record
WHERE CASE WHEN $held THEN kind IN ('address_reference', 'pack') ELSE NOT pointed AND kind <> 'pack' END;
