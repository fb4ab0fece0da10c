-- One row per store: its name, where it is, and while it is open; a point that is known to an area only is none.
SELECT
    s.store_id, any_value(coalesce(s.name, s.store_id)) AS name, any_value(l.lon)::DOUBLE AS lon,
    any_value(l.lat)::DOUBLE AS lat, any_value(s.opened_on) AS opened_on, any_value(s.closed_on) AS closed_on
FROM ingest.store AS s
LEFT JOIN geocode.record_location AS g ON g.kind = 'store' AND g.source = s.source AND g.row_no = s.row_no
LEFT JOIN geocode.location AS l ON l.location_id = g.location_id AND l.lon IS NOT NULL
GROUP BY s.store_id
ORDER BY s.store_id;
