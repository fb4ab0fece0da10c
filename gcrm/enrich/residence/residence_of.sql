-- One row per site: its type of residence, how that is known, and its dwelling units.
CREATE OR REPLACE TEMP TABLE residence_of AS
WITH told AS (
    SELECT
        e.site, e.least, e.most, e.address_units, e.decided_units, e.said_by, e.building_use AS said_use,
        len(e.open_classes) = 1 AS settled,
        CASE
            WHEN len(e.open_classes) = 1 THEN e.open_classes[1]
            WHEN g.confidence >= $least_confidence THEN g.kind
        END AS kind,
        g.confidence, g.stability
    FROM residence_evidence AS e
    LEFT JOIN residence_guess AS g ON g.site = e.site
),

counted AS (
    SELECT
        d.*, t.building_units, t.dwelling_units, t.floor_area_m2, coalesce(t.dwelling_word, t.use_word) AS word,
        CASE
            WHEN d.decided_units IS NOT NULL THEN d.decided_units
            WHEN t.building_units IS NOT NULL THEN t.building_units
            WHEN d.least = d.most THEN d.least
            WHEN d.address_units IS NOT NULL AND d.kind <> 'none' THEN d.address_units
        END AS units
    FROM told AS d
    INNER JOIN building_trait AS t ON t.site = d.site
),

-- What a dwelling takes, and how many a building has, among those of each type that are known.
usual AS (
    SELECT kind, median(floor_area_m2 / units) AS unit_m2, median(units) AS units
    FROM counted
    WHERE units > 0 AND settled AND kind IN ('detached', 'semi_row', 'small_multi', 'large_multi')
    GROUP BY kind
),

bounded AS (
    SELECT
        c.*,
        CASE c.kind WHEN 'large_multi' THEN 5 WHEN 'small_multi' THEN 2 ELSE 1 END AS floor_units,
        CASE c.kind WHEN 'small_multi' THEN 4 WHEN 'large_multi' THEN 1e6 ELSE 1 END AS top_units,
        coalesce(c.floor_area_m2 / u.unit_m2, u.units, c.floor_area_m2 / $unit_m2) AS usual_units,
        u.kind IS NULL AS assumed
    FROM counted AS c
    LEFT JOIN usual AS u ON u.kind = c.kind
)

SELECT
    site, nullif(kind, 'none') AS residence_type, word AS residence_word,
    coalesce(said_use, CASE
        WHEN kind IN ('detached', 'semi_row', 'small_multi', 'large_multi') THEN 'residential'
        WHEN kind IN ('mixed', 'institutional') THEN kind
    END) AS building_use,
    CASE WHEN kind IS NULL THEN NULL WHEN settled THEN said_by ELSE 'inferred' END AS residence_from,
    CASE WHEN kind IS NULL THEN NULL WHEN settled THEN 1 ELSE confidence END AS confidence,
    CASE WHEN kind IS NOT NULL AND NOT settled THEN stability END AS stability,
    coalesce(units, CASE
        WHEN kind IN ('detached', 'semi_row') THEN 1
        WHEN kind IN ('small_multi', 'large_multi') AND usual_units IS NOT NULL
            THEN round(least(coalesce(most, 1e6), top_units, greatest(coalesce(least, 1), floor_units, usual_units)))
    END)::BIGINT AS units,
    CASE
        WHEN decided_units IS NOT NULL THEN 'decision'
        WHEN building_units IS NOT NULL THEN 'building'
        WHEN least = most AND dwelling_units IS NOT NULL THEN 'dwellings'
        WHEN least = most THEN 'words'
        WHEN units IS NOT NULL THEN 'addresses'
        WHEN kind IN ('detached', 'semi_row') THEN 'inferred'
        WHEN kind IN ('small_multi', 'large_multi') AND usual_units IS NOT NULL
            THEN CASE WHEN assumed THEN 'assumed' ELSE 'inferred' END
    END AS units_from
FROM bounded;
