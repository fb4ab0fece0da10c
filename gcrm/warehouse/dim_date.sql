-- One row per day of every calendar year in which something happened.
CREATE TABLE warehouse.dim_date AS
WITH event AS (
    SELECT ordered_on AS day FROM warehouse.fact_order
    UNION ALL SELECT occurred_at::DATE FROM warehouse.fact_interaction
),
span AS (
    SELECT date_trunc('year', min(day))::DATE AS first_day, (date_trunc('year', max(day)) + INTERVAL 1 YEAR)::DATE AS end_day
    FROM event
)
SELECT
    d.day::DATE AS day, year(d.day)::SMALLINT AS year,
    strftime(d.day, '%Y') || '-Q' || quarter(d.day) AS quarter, strftime(d.day, '%Y-%m') AS month,
    strftime(d.day, '%G-W%V') AS iso_week, isodow(d.day)::TINYINT AS iso_weekday
FROM span, range(span.first_day::TIMESTAMP, span.end_day::TIMESTAMP, INTERVAL 1 DAY) AS d(day)
ORDER BY day;
