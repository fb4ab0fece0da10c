-- One row per street key of an open question and way to read it: as it is said, and with misspelt types and directions mended.
CREATE OR REPLACE TEMP TABLE said AS
WITH token AS (
    SELECT
        street,
        unnest(string_split(street, ' ')) AS token,
        generate_subscripts(string_split(street, ' '), 1) AS position
    FROM (SELECT DISTINCT street FROM open)
),

-- Most streets have no such word: the others are put together again.
mended AS (
    SELECT token.street, map(list(token.position), list(mend.canonical)) AS words
    FROM token
    INNER JOIN mend ON mend.word = token.token
    WHERE token.position > 1
    GROUP BY token.street
)

SELECT street, false AS mended, street AS spoken FROM open WHERE street IS NOT NULL
UNION
SELECT unnest(crossing), false, unnest(crossing) FROM open
UNION ALL
SELECT
    street, true,
    array_to_string(list_transform(string_split(street, ' '), lambda word, i: coalesce(words[i], word)), ' ')
FROM mended
UNION ALL
SELECT street, true, mend.canonical
FROM (SELECT DISTINCT street FROM open)
INNER JOIN mend ON mend.word = street
WHERE contains(mend.canonical, ' ');
