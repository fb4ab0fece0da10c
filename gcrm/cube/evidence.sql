-- One row per field of two records: how alike it is, what that adds, and what it comes to.
WITH asked AS (
    SELECT record_id FROM linkage.record
    WHERE (kind = $kind_a AND id = $id_a) OR (kind = $kind_b AND id = $id_b)
),

said AS (
    SELECT
        record_id, full_name AS name, official_id, born_on, email, phone, street, house_number, unit, postcode, city
    FROM linkage.record
    WHERE record_id IN (SELECT record_id FROM asked)
),

value AS (
    UNPIVOT said
    ON name, official_id, born_on, email, phone, street, house_number, unit, postcode, city
    INTO NAME field VALUE written
),

step AS (
    SELECT
        e.place, e.field, a.written AS value_a, b.written AS value_b, e.level, e.weight,
        round(sum(e.weight) OVER (ORDER BY e.place), 3) AS total
    FROM linkage.evidence AS e
    LEFT JOIN value AS a ON a.record_id = e.record_a AND a.field = e.field
    LEFT JOIN value AS b ON b.record_id = e.record_b AND b.field = e.field
    WHERE e.record_a = (SELECT min(record_id) FROM asked) AND e.record_b = (SELECT max(record_id) FROM asked)
)

SELECT field, value_a, value_b, level, weight, total, round(1 / (1 + pow(2.0, -total)), 6) AS probability
FROM step
ORDER BY place;
