-- One row per thing that the base map draws, with the zoom level from which on it is drawn.
CREATE OR REPLACE TEMP TABLE ground_feature AS
WITH road AS (
    SELECT
        name, geometry, coalesce(storey, 0) AS storey,
        CASE regexp_replace(coalesce(road_class, ''), '_link$', '')
            WHEN 'motorway' THEN 'major'
            WHEN 'trunk' THEN 'major'
            WHEN 'primary' THEN 'main'
            WHEN 'secondary' THEN 'main'
            WHEN 'tertiary' THEN 'middle'
            WHEN 'service' THEN 'service'
            WHEN 'track' THEN 'service'
            WHEN 'footway' THEN 'path'
            WHEN 'path' THEN 'path'
            WHEN 'trail' THEN 'path'
            WHEN 'steps' THEN 'path'
            WHEN 'cycleway' THEN 'path'
            WHEN 'bridleway' THEN 'path'
            WHEN 'corridor' THEN 'path'
            WHEN 'pedestrian' THEN 'walk'
            ELSE 'street'
        END AS kind
    FROM ingest.road
),

road_rank AS (
    SELECT *
    FROM (
        VALUES
        ('major', 6, 6), ('main', 9, 5), ('middle', 10, 4), ('street', 12, 3), ('walk', 14, 2), ('service', 14, 1),
        ('path', 15, 0)
    ) AS v (kind, first_zoom, rank)
)

SELECT
    CASE use WHEN 'water' THEN 'water' WHEN 'green' THEN 'green' ELSE 'land' END AS layer, use AS kind, name,
    CASE use WHEN 'water' THEN 0 WHEN 'green' THEN 8 ELSE 11 END AS first_zoom, 0 AS storey, 0 AS rank, geometry
FROM ingest.land_use
WHERE use IN ('water', 'green', 'beach', 'commercial', 'industrial', 'institutional', 'transport')
UNION ALL
SELECT 'building', NULL, name, 13, 0, 0, geometry
FROM ingest.building
UNION ALL
SELECT
    CASE barrier_class WHEN 'railway' THEN 'rail' ELSE 'stream' END, barrier_class, name,
    CASE barrier_class WHEN 'railway' THEN 10 ELSE 9 END, 0, 0, geometry
FROM ingest.barrier
WHERE barrier_class IN ('railway', 'river', 'canal')
UNION ALL
SELECT 'road', r.kind, r.name, k.first_zoom, r.storey, k.rank, r.geometry
FROM road AS r
JOIN road_rank AS k USING (kind)
WHERE r.storey >= 0 OR r.kind NOT IN ('path', 'service');
