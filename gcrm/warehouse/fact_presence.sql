-- One row per place, measure, group of people, day of the week and hour of the first source that counts them.
CREATE TABLE warehouse.fact_presence AS
WITH counted AS (
    SELECT p.*, coalesce(day_type, 'every day') AS day_word
    FROM enrich.presence AS p
    WHERE p.counted
),
-- A source that tells hours is not asked for its whole days.
hourly AS (
    SELECT measure, count(hour) > 0 AS hours FROM counted GROUP BY measure
),
day AS (
    SELECT unnest(['weekday', 'saturday', 'sunday', 'weekend', 'every day']) AS day_word,
        unnest([[1, 2, 3, 4, 5], [6], [7], [6, 7], [1, 2, 3, 4, 5, 6, 7]]) AS days,
        unnest([1, 1, 1, 2, 3]) AS rank
),
-- Each day of the week by itself, by the narrowest word that there is for it.
weekly AS (
    SELECT c.location_id, c.source, c.measure, c.age, c.sex, c.visitor, c.day_type, c.hour, c.persons,
        unnest(d.days)::TINYINT AS iso_weekday, d.rank
    FROM counted AS c
    JOIN hourly AS h ON h.measure = c.measure AND h.hours = (c.hour IS NOT NULL)
    JOIN day AS d ON d.day_word = c.day_word
),
narrow AS (
    SELECT * EXCLUDE (rank)
    FROM weekly
    QUALIFY rank = min(rank) OVER (
        PARTITION BY location_id, measure, age, sex, visitor, iso_weekday, hour
    )
),
-- A place of which an hour is not told that the source tells elsewhere is unknown in it.
slot AS (
    SELECT DISTINCT source, measure, iso_weekday, hour, day_type FROM narrow
),
group_of AS (
    SELECT DISTINCT location_id, source, measure, age, sex, visitor FROM narrow
)
SELECT
    g.location_id, g.source, g.measure, g.age, g.sex, g.visitor, coalesce(n.day_type, s.day_type) AS day_type,
    s.iso_weekday, s.hour, (s.iso_weekday::INTEGER * 100 + coalesce(s.hour, 99))::INTEGER AS slot, n.persons,
    NULL::DATE AS since, NULL::DATE AS until
FROM group_of AS g
JOIN slot AS s ON s.source = g.source AND s.measure = g.measure
LEFT JOIN narrow AS n
    ON n.location_id IS NOT DISTINCT FROM g.location_id AND n.measure = g.measure
    AND n.age IS NOT DISTINCT FROM g.age AND n.sex IS NOT DISTINCT FROM g.sex
    AND n.visitor IS NOT DISTINCT FROM g.visitor AND n.iso_weekday = s.iso_weekday
    AND n.hour IS NOT DISTINCT FROM s.hour
QUALIFY row_number() OVER (
    PARTITION BY g.location_id, g.measure, g.age, g.sex, g.visitor, s.iso_weekday, s.hour ORDER BY s.day_type
) = 1
ORDER BY ALL;
