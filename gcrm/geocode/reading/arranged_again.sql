-- One row per distinct written address that is taken apart again: its text in the usual order.
CREATE OR REPLACE TEMP TABLE arranged AS
SELECT a.* REPLACE (r.text AS text)
FROM arranged AS a
INNER JOIN reordered AS r ON r.address = a.address
WHERE coalesce(a.house_number, a.street, a.unit, a.postcode, a.city, a.parcel_id) IS NULL;
