WITH base_customer AS (
  SELECT
    f.location_id,
    f.since,
    f.until,
    p."zone" AS "zone",
    p."district" AS "district"
  FROM warehouse.dim_customer AS f
  LEFT JOIN cube.location_path AS p
    ON p.location_id = f.location_id
  WHERE
    (
      ARRAY_CONTAINS($v4, p."district")
    )
), base_households AS (
  SELECT
    s.value AS "v_households",
    p."zone",
    p."district",
    CASE WHEN ROW_NUMBER() OVER w > 1 THEN s.as_of END AS since,
    LEAD(s.as_of) OVER w AS until
  FROM cube.region_path AS p
  LEFT JOIN warehouse.fact_zone_statistic AS s
    ON s.region_key = p.region_key AND s.statistic = $v6
  WHERE
    p.level = $v7 AND (
      ARRAY_CONTAINS($v5, p."district")
    )
  WINDOW w AS (PARTITION BY p.region_key ORDER BY s.as_of NULLS FIRST)
), part_0 AS (
  SELECT
    b."zone" AS "zone",
    0 AS grouping,
    CAST((
      COUNT(*)
    ) AS BIGINT) AS "customers"
  FROM "base_customer" AS b
  JOIN (
    SELECT
      CAST($last AS DATE) AS last_day
  ) AS t
    ON COALESCE(b.since <= t.last_day, TRUE)
    AND t.last_day < COALESCE(b.until, CAST('9999-12-31' AS DATE))
  GROUP BY
    b."zone"
  UNION ALL BY NAME
  SELECT
    NULL AS "zone",
    1 AS grouping,
    CAST((
      COUNT(*)
    ) AS BIGINT) AS "customers"
  FROM "base_customer" AS b
  JOIN (
    SELECT
      CAST($last AS DATE) AS last_day
  ) AS t
    ON COALESCE(b.since <= t.last_day, TRUE)
    AND t.last_day < COALESCE(b.until, CAST('9999-12-31' AS DATE))
  UNION ALL BY NAME
  SELECT
    b."zone" AS "zone",
    0 AS grouping,
    CASE
      WHEN BOOL_AND(CAST(NOT b."v_households" IS NULL AS BOOLEAN))
      THEN SUM(b."v_households")
    END AS "households"
  FROM "base_households" AS b
  JOIN (
    SELECT
      CAST($last AS DATE) AS last_day
  ) AS t
    ON COALESCE(b.since <= t.last_day, TRUE)
    AND t.last_day < COALESCE(b.until, CAST('9999-12-31' AS DATE))
  GROUP BY
    b."zone"
  UNION ALL BY NAME
  SELECT
    NULL AS "zone",
    1 AS grouping,
    CASE
      WHEN BOOL_AND(CAST(NOT b."v_households" IS NULL AS BOOLEAN))
      THEN SUM(b."v_households")
    END AS "households"
  FROM "base_households" AS b
  JOIN (
    SELECT
      CAST($last AS DATE) AS last_day
  ) AS t
    ON COALESCE(b.since <= t.last_day, TRUE)
    AND t.last_day < COALESCE(b.until, CAST('9999-12-31' AS DATE))
  UNION ALL BY NAME
  SELECT
    r."zone" AS "zone",
    0 AS grouping
  FROM (
    SELECT
      p."zone" AS "zone"
    FROM cube.region_path AS p
    WHERE
      p.level = $v8 AND ARRAY_CONTAINS($v9, p."district")
  ) AS r
  UNION ALL BY NAME
  SELECT
    NULL AS "zone",
    1 AS grouping
), frame_0 AS (
  SELECT
    "zone",
    grouping,
    MAX("customers") AS "customers",
    MAX("households") AS "households"
  FROM part_0
  GROUP BY
    "zone",
    grouping
)
SELECT
  r0.region_id AS "zone",
  r0.name AS "zone_name",
  c.grouping,
  CAST((
    COALESCE(c."customers", 0)
  ) AS DOUBLE) / NULLIF(c."households", 0) AS "penetration",
  CASE
    WHEN CAST((
      COALESCE(c."customers", 0)
    ) AS DOUBLE) / NULLIF(c."households", 0) IS NULL
    THEN 'unknown'
    ELSE 'known'
  END AS "penetration_state"
FROM frame_0 AS c
LEFT JOIN warehouse.dim_region AS r0
  ON r0.region_key = c."zone"
ORDER BY
  c.grouping,
  r0.region_id
