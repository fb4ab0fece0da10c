-- One row per parcel that a record without a point names: its area. Of parcels under one identifier the first source counts.
SELECT parcel_id, arg_min(geometry, source) AS geometry
FROM ingest.parcel
WHERE parcel_id IN (SELECT parcel_id FROM located_record WHERE NOT pointed)
GROUP BY parcel_id
ORDER BY parcel_id;
