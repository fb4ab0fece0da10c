-- One row per layer with located places that none of its regions covers.
INSERT INTO conform.finding
WITH located AS (
    SELECT count(*) AS places FROM conform.location_cell
),
held AS (
    SELECT layer_id, count(DISTINCT location_id) AS places FROM conform.location_region GROUP BY layer_id
)
SELECT
    'outside' AS kind,
    layer.layer_id,
    NULL AS region_id,
    NULL AS other_id,
    NULL AS area_m2,
    located.places - coalesce(held.places, 0) AS count,
    'located places in no region of ' || layer.level AS detail
FROM conform.layer AS layer
CROSS JOIN located
LEFT JOIN held ON held.layer_id = layer.layer_id
WHERE layer.regions > 0 AND located.places > coalesce(held.places, 0)
ORDER BY layer.layer_id;
