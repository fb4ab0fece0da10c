-- One row per street key of an open question and way to read it: as it is said, and with misspelt types and directions mended.
CREATE OR REPLACE TEMP TABLE said AS
SELECT street, false AS mended, street AS spoken FROM open WHERE street IS NOT NULL
UNION
SELECT unnest(crossing), false, unnest(crossing) FROM open
UNION ALL
SELECT street, true, string_agg(coalesce(mend.canonical, token), ' ' ORDER BY position)
FROM (
    SELECT
        street,
        unnest(string_split(street, ' ')) AS token,
        generate_subscripts(string_split(street, ' '), 1) AS position
    FROM (SELECT DISTINCT street FROM open)
)
LEFT JOIN mend ON mend.word = token AND position > 1
GROUP BY street
HAVING count(mend.word) > 0
UNION ALL
SELECT street, true, mend.canonical
FROM (SELECT DISTINCT street FROM open)
INNER JOIN mend ON mend.word = street
WHERE contains(mend.canonical, ' ');
