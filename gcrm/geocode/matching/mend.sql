-- One row per word of an asked street that no reference street has and that comes near a type or a direction: the words
-- meant, and whether others are as near.
CREATE OR REPLACE TEMP TABLE mend AS
WITH said AS (
    SELECT DISTINCT unnest(string_split(street, ' ')) AS word FROM open
),

strange AS (
    SELECT word
    FROM said
    WHERE length(word) >= 3 AND word NOT IN (FROM held_word) AND word NOT IN (SELECT word FROM word)
),

spelt AS (
    SELECT word, canonical, length(word) AS letters
    FROM word
    WHERE (role IN ('type', 'direction') OR word = 'strasse') AND length(word) >= 4
),

-- Of words that have little in common no letters are counted.
near AS (
    SELECT
        s.word, spelt.canonical, spelt.meant,
        CASE WHEN jaro_similarity(s.word, spelt.meant) >= 0.75 THEN levenshtein(s.word, spelt.meant) ELSE 99 END AS edits
    FROM strange AS s
    INNER JOIN (
        SELECT word AS meant, canonical, unnest(range(letters - 2, letters + 3)) AS letters FROM spelt
    ) AS spelt ON spelt.letters = length(s.word)
    WHERE length(s.word) >= 4
),

-- Two letters changed places: one slip, though two letters differ.
slip AS (
    SELECT word, canonical, meant, CASE WHEN edits = 2 THEN damerau_levenshtein(word, meant) ELSE edits END AS edits
    FROM near
    WHERE edits <= 2
),

-- A blank was lost: "10thstreet", "streetnortheast".
joined_words AS (
    SELECT
        s.word,
        concat_ws(' ', nullif(left(s.word, length(s.word) - spelt.letters), ''), spelt.canonical) AS canonical,
        spelt.word AS meant,
        3 AS edits
    FROM (
        SELECT word, unnest(range(4, least(length(word), longest.letters + 1))) AS letters
        FROM strange
        CROSS JOIN (SELECT max(letters) AS letters FROM spelt) AS longest
    ) AS s
    INNER JOIN spelt ON spelt.word = right(s.word, s.letters)
),

found AS (
    SELECT * FROM slip WHERE edits <= CASE WHEN length(word) >= 7 THEN 2 ELSE 1 END
    UNION ALL
    SELECT * FROM joined_words
),

-- Of each meaning the spelling that is nearest.
meaning AS (
    SELECT word, canonical, min({'edits': edits, 'shorter': -length(meant), 'meant': meant}) AS best
    FROM found
    GROUP BY word, canonical
)

SELECT
    word,
    arg_min(canonical, best) AS canonical,
    len(list_filter(list(best.edits), lambda edits: edits = min(best.edits))) > 1 AS unsure
FROM meaning
GROUP BY word;
