-- One row per place known to the building that nothing holds yet.
SELECT l.location_id, l.lon, l.lat
FROM geocode.location AS l
ANTI JOIN building_place AS b ON b.location_id = l.location_id
WHERE l.precision = 'building'
ORDER BY l.location_id;
