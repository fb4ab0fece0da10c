-- One row per located store that is open on the last day of the orders; without orders, per store that never closed.
WITH last AS (
    SELECT max(ordered_on) AS day FROM ingest.order
)
SELECT s.store_id, any_value(l.lon) AS lon, any_value(l.lat) AS lat
FROM ingest.store AS s
CROSS JOIN last
JOIN geocode.record_location AS g ON g.kind = 'store' AND g.source = s.source AND g.row_no = s.row_no
JOIN geocode.location AS l ON l.location_id = g.location_id
WHERE l.lon IS NOT NULL
    AND coalesce(s.opened_on <= last.day, true) AND coalesce(last.day < s.closed_on, s.closed_on IS NULL)
GROUP BY s.store_id
ORDER BY s.store_id;
