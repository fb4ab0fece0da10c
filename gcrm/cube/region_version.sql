-- One row per region version, with the last version of the same region, which stands for it in every answer.
CREATE TABLE cube.region_version AS
SELECT
    region_key,
    first_value(region_key) OVER (
        PARTITION BY layer_id, region_id
        ORDER BY valid_to DESC NULLS FIRST, valid_from DESC NULLS LAST, region_key DESC
    ) AS member_key,
    layer_id, hierarchy, level, region_id, valid_from, valid_to
FROM warehouse.dim_region
ORDER BY region_key;
