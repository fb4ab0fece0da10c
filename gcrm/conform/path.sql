-- One row per layer with places whose region names another parent than the one that covers the place.
INSERT INTO conform.finding
WITH link AS (
    SELECT child.region_key, child.layer_id, above.layer_id AS parent_layer_id, parent.region_id AS parent_id
    FROM conform.region AS child
    JOIN conform.region AS parent ON parent.region_key = child.parent_key
    JOIN conform.layer AS layer ON layer.layer_id = child.layer_id AND NOT layer.overlapping
    JOIN conform.layer AS above ON above.hierarchy = layer.hierarchy AND above.depth = layer.depth - 1
),
place AS (
    SELECT link.layer_id, link.parent_layer_id, link.parent_id, spot.location_id, spot.valid_from, spot.valid_to
    FROM link
    JOIN conform.location_region AS spot ON spot.region_key = link.region_key
),
astray AS (
    SELECT place.layer_id, count(DISTINCT place.location_id) AS places
    FROM place
    WHERE NOT EXISTS (
        SELECT 1
        FROM conform.location_region AS spot
        JOIN conform.region AS region ON region.region_key = spot.region_key
        WHERE spot.location_id = place.location_id
            AND spot.layer_id = place.parent_layer_id
            AND region.region_id = place.parent_id
            AND coalesce(spot.valid_from < place.valid_to, TRUE)
            AND coalesce(place.valid_from < spot.valid_to, TRUE)
    )
    GROUP BY place.layer_id
)
SELECT
    'path' AS kind,
    astray.layer_id,
    NULL AS region_id,
    NULL AS other_id,
    NULL AS area_m2,
    astray.places AS count,
    'places in a ' || layer.level || ' that names another parent than the region around the place' AS detail
FROM astray
JOIN conform.layer AS layer ON layer.layer_id = astray.layer_id
ORDER BY astray.layer_id;
