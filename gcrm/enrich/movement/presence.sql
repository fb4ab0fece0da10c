-- One row per source, place, group of people, type of day and hour; days of one type are one mean.
CREATE TABLE enrich.presence AS
WITH read AS (
    SELECT
        movement_key(movement_identity(level, place_id, lon, lat)) AS location_id, source,
        coalesce(lower(trim(measure)), 'stock') AS measure, age, sex, lower(trim(visitor)) AS visitor, hour,
        CASE
            WHEN date IS NULL THEN lower(trim(day_type))
            WHEN isodow(date) = 6 THEN 'saturday'
            WHEN isodow(date) = 7 THEN 'sunday'
            ELSE 'weekday'
        END AS day_type, date, persons
    FROM ingest.floating_population
),
-- Several rows of one group and day (a finer split that was not mapped) are its parts.
daily AS (
    SELECT
        source, location_id, measure, day_type, hour, age, sex, visitor, date,
        CASE WHEN count(*) = count(persons) THEN sum(persons) END AS persons
    FROM read
    GROUP BY ALL
),
typical AS (
    SELECT
        source, location_id, measure, day_type, hour, age, sex, visitor,
        CASE WHEN count(*) = count(persons) THEN avg(persons) END AS persons, count(*) AS days
    FROM daily
    GROUP BY ALL
)
SELECT
    *,
    -- Only one source counts in sums, and in it the figures of everybody where there are any.
    source = arg_min(source, coalesce(list_position($sources, source), 0)) OVER (PARTITION BY measure)
    AND (
        (age IS NULL AND sex IS NULL AND visitor IS NULL)
        = bool_or(age IS NULL AND sex IS NULL AND visitor IS NULL) OVER (PARTITION BY source, measure)
    ) AS counted
FROM typical
ORDER BY ALL;
