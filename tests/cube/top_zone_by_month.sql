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
), part_0 AS (
  SELECT
    CASE WHEN COALESCE(ARRAY_CONTAINS($top, b."zone"), FALSE) THEN b."zone" END AS "zone",
    t."month" AS "month",
    0 AS grouping,
    NOT COALESCE(ARRAY_CONTAINS($top, b."zone"), FALSE) AS others,
    CAST((
      SUM(b."v_revenue")
    ) AS DECIMAL(18, 2)) AS "revenue"
  FROM "base_order" AS b
  JOIN (
    SELECT
      day,
      STRFTIME(day, '%Y-%m') AS "month"
    FROM (
      SELECT
        CAST($first AS DATE) + CAST(i AS INT) AS day
      FROM RANGE(0, $days) AS d(i)
    )
  ) AS t
    ON t.day = b.day
  GROUP BY
    CASE WHEN COALESCE(ARRAY_CONTAINS($top, b."zone"), FALSE) THEN b."zone" END,
    t."month",
    NOT COALESCE(ARRAY_CONTAINS($top, b."zone"), FALSE)
  UNION ALL BY NAME
  SELECT
    CASE WHEN COALESCE(ARRAY_CONTAINS($top, r."zone"), FALSE) THEN r."zone" END AS "zone",
    t."month" AS "month",
    NOT COALESCE(ARRAY_CONTAINS($top, r."zone"), FALSE) AS others,
    0 AS grouping
  FROM (
    SELECT
      p."zone" AS "zone"
    FROM cube.region_path AS p
    WHERE
      p.level = $v5
  ) AS r
  CROSS JOIN (
    SELECT DISTINCT
      "month"
    FROM (
      SELECT
        day,
        STRFTIME(day, '%Y-%m') AS "month"
      FROM (
        SELECT
          CAST($first AS DATE) + CAST(i AS INT) AS day
        FROM RANGE(0, $days) AS d(i)
      )
    )
  ) AS t
), frame_0 AS (
  SELECT
    "zone",
    "month",
    others,
    grouping,
    MAX("revenue") AS "revenue"
  FROM part_0
  GROUP BY
    "zone",
    "month",
    others,
    grouping
)
SELECT
  r0.region_id AS "zone",
  r0.name AS "zone_name",
  CAST(c."month" AS TEXT) AS "month",
  c.others,
  COALESCE(c."revenue", 0) AS "revenue",
  CASE WHEN COALESCE(c."revenue", 0) IS NULL THEN 'unknown' ELSE 'known' END AS "revenue_state"
FROM frame_0 AS c
LEFT JOIN warehouse.dim_region AS r0
  ON r0.region_key = c."zone"
ORDER BY
  c.grouping,
  r0.region_id,
  c."month"
