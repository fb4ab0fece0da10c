-- One row per two records that are one party or may be: record_a comes before record_b.
CREATE TABLE linkage.pair AS
SELECT
    j.record_a, j.record_b, a.kind AS kind_a, a.id AS id_a, b.kind AS kind_b, b.id AS id_b, a.population,
    round(j.weight, 3) AS weight, round(j.probability, 6) AS probability, j.rule,
    c.root = d.root AS same,
    CASE
        WHEN c.root = d.root THEN 'same'
        WHEN j.rule IN ('decided_different', 'family') THEN 'different'
        ELSE 'open'
    END AS state
FROM judged AS j
INNER JOIN linkage.record AS a ON a.record_id = j.record_a
INNER JOIN linkage.record AS b ON b.record_id = j.record_b
INNER JOIN cluster AS c ON c.record_id = j.record_a
INNER JOIN cluster AS d ON d.record_id = j.record_b
ORDER BY j.record_a, j.record_b;
