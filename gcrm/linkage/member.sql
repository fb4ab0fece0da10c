-- One row per customer or prospect: the party and the household that it belongs to.
CREATE TABLE linkage.member AS
WITH lead AS (
    -- A party is named by its first record: a customer before a prospect, the earlier before the later.
    SELECT
        c.root,
        arg_min(r.kind || ':' || r.id, (r.kind, coalesce(r.since, '-infinity'::DATE), r.record_id)) AS party_id,
        count(*) AS records
    FROM cluster AS c
    INNER JOIN linkage.record AS r ON r.record_id = c.record_id
    GROUP BY c.root
)

SELECT
    r.kind, r.id, r.source, r.row_no, r.record_id, r.population, l.party_id, l.records,
    CASE WHEN h.lead_id IS NOT NULL THEN f.kind || ':' || f.id END AS household_id
FROM linkage.record AS r
INNER JOIN cluster AS c ON c.record_id = r.record_id
INNER JOIN lead AS l ON l.root = c.root
LEFT JOIN home AS h ON h.record_id = r.record_id
LEFT JOIN linkage.record AS f ON f.record_id = h.lead_id
ORDER BY r.record_id;
