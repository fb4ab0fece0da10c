-- One row per street key of an open question and way to read it: as it is said, and with misspelt types, directions, titles
-- and ordinals mended.
CREATE OR REPLACE TEMP TABLE said AS
WITH token AS (
    SELECT
        street,
        unnest(string_split(street, ' ')) AS token,
        generate_subscripts(string_split(street, ' '), 1) AS position,
        len(string_split(street, ' ')) AS tokens
    FROM (SELECT DISTINCT street FROM open)
),

-- The first word is not behind the name, the last one not ahead of it, unless the name itself was joined to it.
placed AS (
    SELECT token.street, token.position, arg_min(mend.canonical, {'edits': mend.edits, 'ahead': mend.ahead}) AS canonical
    FROM token
    INNER JOIN mend ON mend.word = token.token
    WHERE mend.parted OR CASE WHEN mend.ahead THEN token.position < token.tokens ELSE token.position > 1 END
    GROUP BY token.street, token.position
),

-- Of several such words one may be what it seems: all of them are mended, and each alone.
mended AS (
    SELECT street, map(list(position), list(canonical)) AS words
    FROM placed
    GROUP BY street
    UNION ALL
    SELECT street, map([position], [canonical])
    FROM placed
    WHERE street IN (SELECT street FROM placed GROUP BY street HAVING count(*) > 1)
)

SELECT street, false AS mended, street AS spoken FROM open WHERE street IS NOT NULL
UNION
SELECT unnest(crossing), false, unnest(crossing) FROM open
UNION ALL
SELECT
    street, true,
    array_to_string(list_transform(string_split(street, ' '), lambda word, i: coalesce(words[i], word)), ' ')
FROM mended;
