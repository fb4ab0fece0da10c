-- One row per region as the regions are today: of each level, the versions that are valid last.
CREATE TABLE cube.current_region AS
WITH latest AS (
    SELECT layer_id, max(coalesce(valid_to, DATE '9999-12-31')) AS last_day
    FROM warehouse.dim_region
    GROUP BY layer_id
)
SELECT r.region_key, r.layer_id, r.hierarchy, r.level, r.depth, r.overlapping, r.region_id, r.name, r.parent_key
FROM warehouse.dim_region AS r
JOIN latest AS t ON t.layer_id = r.layer_id AND t.last_day = coalesce(r.valid_to, DATE '9999-12-31')
ORDER BY r.region_key;
