-- One row per street key of the reference and way it is said there.
CREATE OR REPLACE TEMP TABLE said AS
SELECT DISTINCT street, false AS mended, street AS spoken FROM held_street
UNION ALL
-- A second spelling in brackets: 화곡로 (Hwagok-ro).
SELECT DISTINCT street, false, words(regexp_extract(street_text, '\(([^)]*)', 1))
FROM street
WHERE street IN (SELECT street FROM held_street) AND words(regexp_extract(street_text, '\(([^)]*)', 1)) IS NOT NULL
UNION ALL
-- `st` at the beginning is a saint: letters that differ are counted in the word as it is spoken.
SELECT DISTINCT street, false, 'saint' || substr(street, 3) FROM held_street WHERE starts_with(street, 'st ')
UNION ALL
-- A name that is a direction, in short: S Rd for South Road; not where a direction follows (East Street NE).
SELECT street, false, string_agg(coalesce(word.canonical, token), ' ' ORDER BY position)
FROM (
    SELECT
        street,
        unnest(string_split(street, ' ')) AS token,
        generate_subscripts(string_split(street, ' '), 1) AS position
    FROM (SELECT DISTINCT street FROM held_street)
)
LEFT JOIN word ON word.word = token AND word.role = 'direction'
GROUP BY street
HAVING count(*) FILTER (word.canonical <> token) > 0 AND max_by(word.word IS NULL, position);
