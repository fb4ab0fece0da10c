-- One row per located record: the place it stands at.
CREATE OR REPLACE TABLE geocode.record_location AS
SELECT
    kind, source, row_no,
    point_location(lon, lat, joined(address, house_number, street, unit, postcode, city)) AS location_id
FROM located_record
WHERE pointed AND kind <> 'pack'
UNION ALL
SELECT r.kind, r.source, r.row_no, a.location_id
FROM located_record AS r
INNER JOIN address AS a
    ON a.address IS NOT DISTINCT FROM r.address
    AND a.house_number IS NOT DISTINCT FROM r.house_number
    AND a.street IS NOT DISTINCT FROM r.street
    AND a.unit IS NOT DISTINCT FROM r.unit
    AND a.postcode IS NOT DISTINCT FROM r.postcode
    AND a.city IS NOT DISTINCT FROM r.city
    AND a.parcel_id IS NOT DISTINCT FROM r.parcel_id
WHERE NOT r.pointed AND r.kind <> 'pack';
