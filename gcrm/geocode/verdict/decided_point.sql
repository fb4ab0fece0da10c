-- One row per distinct place: where a person decided about an address that came with a point, that counts.
UPDATE geocode.location AS l
SET
    rule = CASE WHEN d.word.action = 'not_found' THEN 'decided_not_found' ELSE 'decided' END,
    match_level = CASE WHEN d.word.action <> 'not_found' THEN 'decided' END,
    status = CASE WHEN d.word.action = 'not_found' THEN 'unmatched' ELSE 'matched' END,
    confidence = CASE WHEN d.word.action = 'not_found' THEN 0.0 ELSE 1.0 END,
    lon = d.word.lon,
    lat = d.word.lat,
    error_m = CASE WHEN d.word.action <> 'not_found' THEN $pin_error_m END,
    precision = CASE WHEN d.word.action <> 'not_found' THEN 'building' END
FROM decided AS d
WHERE d.location_id = l.location_id AND l.rule = 'point';
