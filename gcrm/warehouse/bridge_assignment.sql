-- One row per assignment and the time it holds; those of one subject, product and channel never overlap.
CREATE TABLE warehouse.bridge_assignment AS
WITH begun AS (
    SELECT *, source = 'crm' AS stored, coalesce(valid_from, '-infinity'::DATE) AS first_day
    FROM ingest.assignment
),
-- From the first day on which the operational store says who looks after a subject, only the store counts.
store_from AS (
    SELECT subject_kind, subject_id, level, product, channel, min(first_day) AS first_day
    FROM begun
    WHERE stored
    GROUP BY ALL
),
counting AS (
    SELECT b.*, CASE WHEN NOT b.stored THEN s.first_day END AS taken_over_on
    FROM begun AS b
    LEFT JOIN store_from AS s
        ON s.subject_kind = b.subject_kind AND s.subject_id = b.subject_id
        AND s.level IS NOT DISTINCT FROM b.level AND s.product IS NOT DISTINCT FROM b.product
        AND s.channel IS NOT DISTINCT FROM b.channel
),
-- An assignment ends when the next one begins; of two that begin on the same day, the later row holds.
ended AS (
    SELECT
        *,
        lead(first_day) OVER (
            PARTITION BY subject_kind, subject_id, level, product, channel ORDER BY first_day, stored, source, row_no
        ) AS next_day
    FROM counting
    WHERE taken_over_on IS NULL OR first_day < taken_over_on
),
held AS (
    SELECT *, least(valid_to, next_day, taken_over_on) AS end_day
    FROM ended
)
SELECT
    h.subject_kind, h.subject_id, h.level, k.customer_key, p.prospect_key, h.owner_id, h.valid_from,
    h.end_day AS valid_to, h.product, h.channel, h.source
FROM held AS h
LEFT JOIN warehouse.dim_customer AS k ON h.subject_kind = 'customer' AND k.customer_id = h.subject_id
LEFT JOIN warehouse.dim_prospect AS p ON h.subject_kind = 'prospect' AND p.prospect_id = h.subject_id
WHERE h.end_day IS NULL OR h.first_day < h.end_day
ORDER BY h.subject_kind, h.level, h.subject_id, h.product, h.channel, h.first_day;
