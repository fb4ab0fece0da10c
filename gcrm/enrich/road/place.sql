-- One row per located place, in the order of its number.
SELECT location_id, lon, lat FROM geocode.location WHERE lon IS NOT NULL ORDER BY location_id;
