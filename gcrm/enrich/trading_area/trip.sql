-- One row per pair of places with trips between them: where they are, and the trips of all days and hours.
SELECT
    o.lon::DOUBLE AS origin_lon, o.lat::DOUBLE AS origin_lat, d.lon::DOUBLE AS lon, d.lat::DOUBLE AS lat,
    sum(f.trips)::DOUBLE AS trips
FROM enrich.flow AS f
INNER JOIN enrich.movement_place AS o ON o.location_id = f.origin_location_id AND o.lon IS NOT NULL
INNER JOIN enrich.movement_place AS d ON d.location_id = f.destination_location_id AND d.lon IS NOT NULL
WHERE f.trips > 0
GROUP BY ALL
ORDER BY ALL;
