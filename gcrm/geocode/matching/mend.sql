-- One row per word of an asked street that no reference street has and that comes near a word which is written in several
-- ways, per side of the name on which that one stands, and whether a blank was lost: the words meant, and whether others
-- are as near.
CREATE OR REPLACE TEMP TABLE mend AS
WITH said AS (
    SELECT DISTINCT unnest(string_split(street, ' ')) AS word FROM open
),

strange AS (
    SELECT word
    FROM said
    WHERE length(word) >= 2 AND word NOT IN (FROM held_word) AND word NOT IN (SELECT word FROM word)
),

-- Of words that have little in common no letters are counted.
near AS (
    SELECT
        s.word, m.ahead, m.canonical, m.meant,
        CASE
            WHEN length(s.word) < 5 OR jaro_similarity(s.word, m.meant) >= 0.75 THEN levenshtein(s.word, m.meant)
            ELSE 99
        END AS edits
    FROM strange AS s
    INNER JOIN (
        SELECT meant, canonical, ahead, unnest(range(letters - 2, letters + 3)) AS letters FROM held_meant WHERE letters > 1
    ) AS m ON m.letters = length(s.word)
    WHERE length(s.word) >= 4 OR length(m.meant) = 3
),

-- Two letters changed places: one slip, though two letters differ.
slip AS (
    SELECT word, ahead, canonical, meant, CASE WHEN edits = 2 THEN damerau_levenshtein(word, meant) ELSE edits END AS edits
    FROM near
    WHERE edits <= 2
),

cut AS (
    SELECT word, unnest(range(3, least(length(word), longest.letters + 1))) AS letters
    FROM strange
    CROSS JOIN (SELECT max(letters) AS letters FROM held_meant) AS longest
),

-- A blank was lost: "10thstreet", "streetnortheast", "ruadoutor arnaldo".
joined_words AS (
    SELECT
        cut.word, m.ahead,
        concat(left(cut.word, length(cut.word) - cut.letters), ' ', m.canonical) AS canonical,
        m.meant, 3 AS edits
    FROM cut
    INNER JOIN held_meant AS m ON NOT m.ahead AND m.meant = right(cut.word, cut.letters)
    UNION ALL
    SELECT
        cut.word, m.ahead,
        concat(m.canonical, ' ', coalesce(word.canonical, substr(cut.word, cut.letters + 1))),
        m.meant, 3
    FROM cut
    INNER JOIN held_meant AS m ON m.ahead AND m.meant = left(cut.word, cut.letters)
    LEFT JOIN word ON word.word = substr(cut.word, cut.letters + 1)
),

found AS (
    SELECT * FROM slip WHERE edits <= CASE WHEN length(word) >= CASE WHEN ahead THEN 5 ELSE 7 END THEN 2 ELSE 1 END
    UNION ALL
    SELECT said.word, m.ahead, m.canonical, m.meant, 0
    FROM said
    INNER JOIN held_meant AS m ON m.letters = 1 AND m.meant = said.word
    UNION ALL
    SELECT word, ahead, canonical, meant, edits FROM joined_words
),

-- Of each meaning the spelling that is nearest.
meaning AS (
    SELECT
        word, ahead, contains(canonical, ' ') AS parted, canonical,
        min({'edits': edits, 'shorter': -length(meant), 'meant': meant}) AS best
    FROM found
    GROUP BY word, ahead, canonical
)

SELECT
    word, ahead, parted,
    arg_min(canonical, best) AS canonical,
    min(best.edits) AS edits,
    len(list_filter(list(best.edits), lambda edits: edits = min(best.edits))) > 1 AS unsure
FROM meaning
GROUP BY word, ahead, parted;
