-- One row per region and validity, of every level of every hierarchy.
CREATE TABLE warehouse.dim_region AS
WITH region AS (
    SELECT
        region_key, layer_id, hierarchy, level, region_id, name, parent_key, valid_from, valid_to, geometry, area_m2,
        lon, lat
    FROM conform.region
    UNION ALL
    SELECT
        region_key, layer_id, hierarchy, level, region_id, name, parent_key, valid_from, valid_to, geometry, area_m2,
        lon, lat
    FROM enrich.region
)

SELECT
    r.region_key, r.layer_id, r.hierarchy, r.level, y.depth, y.overlapping, r.region_id, r.name, r.parent_key,
    p.level AS parent_level, p.region_id AS parent_id,
    r.valid_from, r.valid_to, r.geometry, r.area_m2, r.lon, r.lat
FROM region AS r
JOIN conform.layer AS y ON y.layer_id = r.layer_id
LEFT JOIN region AS p ON p.region_key = r.parent_key
ORDER BY r.region_key;
