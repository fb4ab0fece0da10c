-- One row per place without an answer of the reference and name of those who are there: the parts of its address.
SELECT DISTINCT
    l.location_id, CASE WHEN l.status = 'matched' THEN 'area' ELSE l.status END AS status, l.rule, l.house_number, l.street, l.postcode, l.city, l.address,
    coalesce(c.name, p.name) AS name
FROM geocode.location AS l
INNER JOIN geocode.record_location AS r ON r.location_id = l.location_id
LEFT JOIN ingest.customer AS c ON r.kind = 'customer' AND c.source = r.source AND c.row_no = r.row_no
LEFT JOIN ingest.prospect AS p ON r.kind = 'prospect' AND p.source = r.source AND p.row_no = r.row_no
WHERE r.kind IN ('customer', 'prospect', 'store', 'competitor')
    -- What a remote geocoder answered once would be asked again if its answer were given up.
    AND (
        l.status IN ('unmatched', 'review')
        OR (l.status = 'matched' AND l.precision = 'area')
        OR starts_with(l.rule, 'remote_')
    )
ORDER BY l.location_id, name;
