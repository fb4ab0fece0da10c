-- One row per place without a point of its own reference: what a remote geocoder found there counts.
UPDATE match
SET
    rule = 'remote_' || s.match_level,
    match_level = s.match_level,
    status = 'matched',
    confidence = s.confidence,
    lon = s.lon,
    lat = s.lat,
    error_m = s.error_m,
    -- The provider's words are not kept: they would be the customer's address.
    matched_address = NULL,
    score = NULL,
    faults = NULL
FROM suggestion AS s
WHERE s.location_id = match.location_id;
