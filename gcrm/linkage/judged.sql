-- One row per two records that the model or a person takes for one party, or may: record_a comes before record_b.
CREATE OR REPLACE TEMP TABLE judged AS
WITH decided AS (
    SELECT a.record_id AS record_a, b.record_id AS record_b, s.same
    FROM ingest.sameness AS s
    INNER JOIN linkage.record AS a ON a.kind = s.subject_kind AND a.id = s.subject_id
    INNER JOIN linkage.record AS b ON b.kind = s.other_kind AND b.id = s.other_id
),

-- By the company's own word, a prospect became a customer.
became AS (
    SELECT c.record_id AS record_a, p.record_id AS record_b
    FROM linkage.record AS p
    INNER JOIN linkage.record AS c ON c.kind = 'customer' AND c.id = p.became
    WHERE p.kind = 'prospect'
),

pair AS (
    SELECT record_a, record_b FROM scored
    UNION SELECT record_a, record_b FROM decided
    UNION SELECT record_a, record_b FROM became
),

known AS (
    SELECT
        p.record_a, p.record_b, s.weight, s.probability, d.same AS decided, e.record_a IS NOT NULL AS became,
        coalesce(s.naming, 'unknown') AS naming,
        -- -1 where it is not known of one of the two, 0 where it differs, more where it is the same or alike.
        coalesce(s.id_level, -1) AS id_level, coalesce(s.birth_level, -1) AS birth_level,
        coalesce(a.legal_form <> b.legal_form, false) AS other_form
    FROM pair AS p
    LEFT JOIN scored AS s ON s.record_a = p.record_a AND s.record_b = p.record_b
    LEFT JOIN decided AS d ON d.record_a = p.record_a AND d.record_b = p.record_b
    LEFT JOIN became AS e ON e.record_a = p.record_a AND e.record_b = p.record_b
    INNER JOIN linkage.record AS a ON a.record_id = p.record_a
    INNER JOIN linkage.record AS b ON b.record_id = p.record_b
)

SELECT
    record_a, record_b, weight, probability,
    CASE
        WHEN decided THEN 'decided_same'
        WHEN NOT decided THEN 'decided_different'
        WHEN became THEN 'became'
        -- A name, number or day that contradicts is not outvoted by a common address: family shares that.
        WHEN $careful AND naming = 'family' AND id_level < 1 AND birth_level > 0 THEN 'given_name_differs'
        WHEN $careful AND naming = 'family' AND id_level < 1 THEN 'family'
        WHEN $careful AND naming = 'other' AND id_level < 1 THEN 'name_differs'
        WHEN $careful AND other_form AND id_level < 1 THEN 'legal_form_differs'
        WHEN $careful AND id_level = 0 AND birth_level < 1 THEN 'official_id_differs'
        WHEN $careful AND birth_level = 0 AND id_level < 1 THEN 'born_on_differs'
        WHEN probability >= $threshold THEN 'likely'
        ELSE 'unsure'
    END AS rule
FROM known;
