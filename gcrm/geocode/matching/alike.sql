-- One row per asked street and reference street that it may mean, and whether their names are near: how they differ, and what
-- that takes off the score.
CREATE OR REPLACE TEMP TABLE alike AS
WITH compared AS (
    SELECT
        q.street, r.street AS reference_street, pair.near,
        q.street = r.street AS same,
        q.joined = r.joined OR q.spelt = r.spelt AS respaced,
        q.type, r.type AS reference_type, q.direction, r.direction AS reference_direction,
        q.digits <> r.digits AS digit,
        q.type <> '' AND r.type <> '' AND q.type <> r.type AS other_type,
        NOT list_has_all(q.direction, r.direction) AND NOT list_has_all(r.direction, q.direction) AS other_direction,
        q.core, r.core AS reference_core, q.spelt, r.spelt AS reference_spelt, q.joined, r.joined AS reference_joined,
        q.mended,
        q.ending = r.ending AS same_ending
    FROM street_pair AS pair
    INNER JOIN name AS q ON q.street = pair.street AND q.mended = pair.mended
    INNER JOIN held_name AS r ON r.street = pair.reference_street
    WHERE q.core = r.core
        OR resembles(q.spelt, r.spelt)
        OR resembles(q.core, r.core)
),

-- Names share their cores: edits of each pair of cores are counted once.
core AS (
    SELECT core, reference_core, edits(core, reference_core) AS core_edits
    FROM (SELECT DISTINCT core, reference_core FROM compared)
),

-- Letters that differ over the whole name (where no word is known to be another one), and without type and direction.
-- DuckDB would count them once more for the conditions below; it does not look through unnest.
edited AS (
    SELECT
        *,
        unnest([CASE
            WHEN other_type OR other_direction THEN NULL
            WHEN same_ending THEN core_edits
            WHEN edits(spelt, reference_spelt) <= 1 THEN edits(spelt, reference_spelt)
            ELSE least(edits(spelt, reference_spelt), edits(joined, reference_joined))
        END]) AS whole_edits
    FROM compared
    INNER JOIN core USING (core, reference_core)
),

read AS (
    SELECT
        street, reference_street, near, respaced, mended,
        whole_edits AS edits, least(whole_edits, core_edits) > length(reference_core) / 4.0 AS short, length(reference_spelt) AS letters, digit,
        NULL::VARCHAR AS type_fault, NULL::VARCHAR AS direction_fault
    FROM edited
    WHERE whole_edits IS NOT NULL
    UNION ALL
    SELECT
        street, reference_street, near, core_edits = 0 AND core <> '' AND type = reference_type, mended,
        core_edits, core_edits > length(reference_core) / 4.0, length(reference_core), digit,
        CASE WHEN other_type THEN 'type_differs' WHEN type <> reference_type THEN 'type_missing' END,
        CASE
            WHEN other_direction THEN 'direction_differs'
            WHEN direction <> reference_direction THEN 'direction_missing'
        END
    FROM edited
),

-- Words of faults, parted by commas: there are few different ones, and each is priced once.
faulty AS (
    SELECT
        street, reference_street, near,
        concat_ws(
            ',',
            CASE
                WHEN street = reference_street THEN NULL
                WHEN edits = 0 AND mended THEN NULL
                WHEN edits = 0 AND type_fault IS NULL AND direction_fault IS NULL THEN 'street_spacing'
                WHEN edits = 1 THEN 'street_typo'
                WHEN edits = 2 THEN 'street_typos'
                WHEN edits >= 3 THEN 'street_misspelt'
            END,
            CASE WHEN edits > 0 AND short THEN 'street_short' END,
            CASE WHEN mended THEN 'word_typo' END,
            CASE WHEN digit AND edits > 0 THEN 'street_digit' END,
            type_fault,
            direction_fault
        ) AS said
    FROM read
    WHERE edits <= 4 AND edits < greatest(letters * 0.6, least(letters, 3))
),

priced_fault AS (
    SELECT
        *,
        priced(faults, prices) AS price,
        list_contains(faults, 'word_typo') AND list_has_any(faults, ['street_short', 'street_digit']) AS doubtful
    FROM (
        SELECT said, CASE WHEN said = '' THEN [] ELSE string_split(said, ',') END AS faults
        FROM (SELECT DISTINCT said FROM faulty)
    )
    CROSS JOIN price
),

-- Where a word was misspelt beside a short name, the slips are counted over the whole name, if there are few.
ranked_fault AS (
    SELECT said, faults, price, row_number() OVER (ORDER BY doubtful, price, faults) AS rank
    FROM priced_fault
    WHERE price <= 30
),

best AS (
    SELECT street, reference_street, near, min(rank) AS rank
    FROM faulty
    INNER JOIN ranked_fault USING (said)
    GROUP BY street, reference_street, near
)

SELECT best.street, best.reference_street, best.near, f.faults, f.price
FROM best
INNER JOIN ranked_fault AS f ON f.rank = best.rank;
