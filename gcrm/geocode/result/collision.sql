-- One row: places that share a location_id with another. A bare point's number is its own; only hashes can collide.
WITH hashed AS (
    SELECT location_id FROM geocode.location WHERE rule <> 'point' OR address IS NOT NULL
)

SELECT
    (SELECT count(*) FROM geocode.location WHERE location_id IS NULL)
    + (SELECT count(*) - count(DISTINCT location_id) FROM hashed)
    + (SELECT count(*) FROM geocode.location SEMI JOIN hashed USING (location_id))
    - (SELECT count(*) FROM hashed WHERE location_id IS NOT NULL) AS collisions;
