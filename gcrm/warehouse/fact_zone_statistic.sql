-- One row per region version, statistic and reference day; figures for unknown regions are left out and reported.
CREATE TABLE warehouse.fact_zone_statistic AS
SELECT r.region_key, r.hierarchy, r.level, s.statistic, s.value, s.as_of
FROM ingest.zone_statistic AS s
JOIN warehouse.dim_region AS r
    ON r.level = s.level AND r.region_id = s.region_id
    AND (s.as_of IS NULL OR r.valid_from IS NULL OR r.valid_from <= s.as_of)
    AND (s.as_of IS NULL OR r.valid_to IS NULL OR s.as_of < r.valid_to);
