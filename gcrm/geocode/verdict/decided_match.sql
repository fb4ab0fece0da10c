-- One row per place without a given point: where a person decided, that counts, whatever was found.
UPDATE match
SET
    rule = CASE WHEN d.word.action = 'not_found' THEN 'decided_not_found' ELSE 'decided' END,
    match_level = CASE WHEN d.word.action <> 'not_found' THEN 'decided' END,
    status = CASE WHEN d.word.action = 'not_found' THEN 'unmatched' ELSE 'matched' END,
    confidence = CASE WHEN d.word.action = 'not_found' THEN 0.0 ELSE 1.0 END,
    lon = d.word.lon,
    lat = d.word.lat,
    -- A person's pin is as good as $pin_error_m; whoever accepts a computed point does not make it better.
    error_m = CASE
        WHEN d.word.action = 'not_found' THEN NULL
        WHEN match.status = 'matched' AND distance_m(match.lon, match.lat, d.word.lon, d.word.lat) <= 1
            THEN greatest($pin_error_m, match.error_m)
        ELSE $pin_error_m
    END,
    matched_address = CASE
        WHEN distance_m(match.lon, match.lat, d.word.lon, d.word.lat) <= 1 THEN match.matched_address
    END,
    score = NULL,
    faults = NULL
FROM decided AS d
WHERE d.location_id = match.location_id;
