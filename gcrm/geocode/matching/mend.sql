-- One row per word of an asked street that no reference street has and that comes near a word which is written in several
-- ways, per side of the name on which that one stands, and whether a blank was lost: the words meant, and whether others
-- are as near.
CREATE OR REPLACE TEMP TABLE mend AS
WITH said AS (
    SELECT DISTINCT unnest(string_split(street, ' ')) AS word FROM open
),

strange AS (
    SELECT word, length(word) AS letters, left(word, 1) AS first, right(word, 1) AS last
    FROM said
    WHERE length(word) >= 2 AND word NOT IN (FROM held_word) AND word NOT IN (SELECT word FROM word)
),

known AS (
    SELECT
        meant, canonical, ahead, left(meant, 1) AS first, right(meant, 1) AS last,
        unnest(range(letters - 2, letters + 3)) AS letters
    FROM held_meant
    WHERE letters > 1
),

-- Words of about as many letters, of which the first or the last is the same.
pair AS (
    SELECT s.word, s.letters, m.ahead, m.canonical, m.meant
    FROM strange AS s
    INNER JOIN known AS m ON m.letters = s.letters AND m.first = s.first
    UNION ALL
    SELECT s.word, s.letters, m.ahead, m.canonical, m.meant
    FROM strange AS s
    INNER JOIN known AS m ON m.letters = s.letters AND m.last = s.last AND m.first <> s.first
),

-- Of words that have little in common no letters are counted.
near AS (
    SELECT
        word, ahead, canonical, meant,
        CASE WHEN letters < 5 OR jaro_similarity(word, meant) >= 0.75 THEN levenshtein(word, meant) ELSE 99 END AS edits
    FROM pair
    WHERE letters >= 4 OR length(meant) = 3
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
