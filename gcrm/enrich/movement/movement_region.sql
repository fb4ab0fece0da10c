-- One row per region named as a place of movements, and region version: its own and those above it in its hierarchy.
INSERT INTO enrich.movement_region
WITH RECURSIVE climb AS (
    SELECT
        p.location_id, r.layer_id, r.region_key, r.parent_key, r.valid_from, r.valid_to
    FROM enrich.movement_place AS p
    JOIN conform.region AS r ON r.level = p.level AND r.region_id = p.place_id
    WHERE p.kind = 'region'
    UNION
    SELECT
        c.location_id, a.layer_id, a.region_key, a.parent_key,
        greatest(c.valid_from, a.valid_from), least(c.valid_to, a.valid_to)
    FROM climb AS c
    JOIN conform.region AS a ON a.region_key = c.parent_key
)
SELECT location_id, layer_id, region_key, valid_from, valid_to
FROM climb;
