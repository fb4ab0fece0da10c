-- One row per distinct written address that is not taken apart again: its parts.
CREATE OR REPLACE TEMP TABLE understood AS
SELECT *
FROM parsed
WHERE coalesce(house_number, street, unit, postcode, city, parcel_id) IS NOT NULL
    OR coalesce(address NOT IN (SELECT address FROM reordered), true);
