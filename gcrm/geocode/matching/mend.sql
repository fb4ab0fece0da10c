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
    SELECT word, canonical FROM word WHERE (role IN ('type', 'direction') OR word = 'strasse') AND length(word) >= 4
),

near AS (
    SELECT s.word, spelt.canonical, levenshtein(s.word, spelt.word) AS edits, spelt.word AS meant
    FROM strange AS s
    INNER JOIN spelt
        ON abs(length(s.word) - length(spelt.word)) <= 2
        AND jaro_similarity(s.word, spelt.word) >= 0.75
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
        concat_ws(' ', nullif(left(s.word, length(s.word) - length(spelt.word)), ''), spelt.canonical) AS canonical,
        3 AS edits,
        spelt.word AS meant
    FROM strange AS s
    INNER JOIN spelt ON ends_with(s.word, spelt.word) AND length(s.word) > length(spelt.word)
),

found AS (
    SELECT * FROM slip WHERE edits <= CASE WHEN length(word) >= 7 THEN 2 ELSE 1 END
    UNION ALL
    SELECT * FROM joined_words
),

least AS (
    SELECT word, min(edits) AS edits FROM found GROUP BY word
)

SELECT
    word,
    arg_min(canonical, {'edits': found.edits, 'shorter': -length(meant), 'meant': meant}) AS canonical,
    count(DISTINCT canonical) FILTER (found.edits = least.edits) > 1 AS unsure
FROM found
INNER JOIN least USING (word)
GROUP BY word;
