WITH base_order AS (
  SELECT
    f.location_id,
    f.ordered_on AS day,
    p."zone" AS "zone",
    p."district" AS "district",
    f."amount" AS "v_revenue"
  FROM warehouse.fact_order AS f
  LEFT JOIN cube.location_path AS p
    ON p.location_id = f.location_id
  WHERE
    f.ordered_on BETWEEN $first AND $last
), frame_1 AS (
  SELECT
    b."district" AS "zone",
    0 AS grouping,
    CAST((
      SUM(b."v_revenue")
    ) AS DECIMAL(18, 2)) AS "revenue"
  FROM "base_order" AS b
  GROUP BY
    b."district"
), part_0 AS (
  SELECT
    b."zone" AS "zone",
    0 AS grouping,
    CAST((
      SUM(b."v_revenue")
    ) AS DECIMAL(18, 2)) AS "revenue"
  FROM "base_order" AS b
  GROUP BY
    b."zone"
  UNION ALL BY NAME
  SELECT
    r."zone" AS "zone",
    0 AS grouping
  FROM (
    SELECT
      p."zone" AS "zone"
    FROM cube.region_path AS p
    WHERE
      p.level = $v4
  ) AS r
), frame_0 AS (
  SELECT
    "zone",
    grouping,
    MAX("revenue") AS "revenue"
  FROM part_0
  GROUP BY
    "zone",
    grouping
)
SELECT
  r0.region_id AS "zone",
  r0.name AS "zone_name",
  (
    CAST((
      COALESCE(c."revenue", 0)
    ) AS DOUBLE) / NULLIF(COALESCE(x1."revenue", 0), 0)
  ) AS "share_of_parent(revenue)",
  CASE
    WHEN (
      CAST((
        COALESCE(c."revenue", 0)
      ) AS DOUBLE) / NULLIF(COALESCE(x1."revenue", 0), 0)
    ) IS NULL
    THEN 'unknown'
    ELSE 'known'
  END AS "share_of_parent(revenue)_state"
FROM frame_0 AS c
LEFT JOIN cube.region_path AS up0
  ON up0.region_key = c."zone"
LEFT JOIN frame_1 AS x1
  ON x1.grouping = c.grouping
  AND x1."zone" IS NOT DISTINCT FROM CASE WHEN c.grouping IN (0) THEN up0."district" ELSE c."zone" END
  AND (
    NOT c.grouping IN (0) OR NOT up0."district" IS NULL
  )
LEFT JOIN warehouse.dim_region AS r0
  ON r0.region_key = c."zone"
ORDER BY
  c.grouping,
  r0.region_id
