-- Functions that name the places of movements: a region of the source's level, an H3 cell, a station or a point.
CREATE OR REPLACE TEMP MACRO movement_identity(level, place_id, lon, lat) AS CASE
    WHEN place_id IS NOT NULL AND level IS NOT NULL THEN 'region ' || level || ' ' || trim(place_id)
    WHEN regexp_matches(lower(trim(place_id)), '^8[0-9a-f]{14}$') THEN 'cell ' || lower(trim(place_id))
    WHEN place_id IS NOT NULL THEN 'station ' || trim(place_id)
    WHEN lon IS NOT NULL AND lat IS NOT NULL THEN 'point ' || lon || ' ' || lat
END;
CREATE OR REPLACE TEMP MACRO movement_key(identity) AS
    (md5_number('movement ' || identity) & 9223372036854775807::UHUGEINT)::BIGINT;
