-- One row per distinct written address that is taken apart again: its text in the usual order.
CREATE OR REPLACE TEMP TABLE arranged AS
-- Only texts without any part are put into another order: nothing stands in a column of its own, nor in that of another.
SELECT
    r.address, NULL::VARCHAR AS house_number, NULL::VARCHAR AS street, NULL::VARCHAR AS unit, NULL::VARCHAR AS postcode,
    NULL::VARCHAR AS city, NULL::VARCHAR AS parcel_id,
    CASE WHEN NOT alone THEN r.text END AS text,
    NULL::VARCHAR AS swapped,
    NULL::VARCHAR AS own_number, NULL::VARCHAR AS own_street,
    CASE WHEN alone THEN r.postcode END AS own_postcode,
    CASE WHEN alone THEN r.city END AS own_city
FROM reordered AS r;
