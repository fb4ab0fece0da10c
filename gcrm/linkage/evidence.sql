-- One row per pair and field that was compared, and one for what holds of any two records: what it adds to the weight.
CREATE TABLE linkage.evidence AS
SELECT e.record_a, e.record_b, e.place::INTEGER AS place, e.field, e.level, round(e.weight, 3) AS weight
FROM compared_field AS e
INNER JOIN linkage.pair AS p ON p.record_a = e.record_a AND p.record_b = e.record_b
ORDER BY e.record_a, e.record_b, e.place;
