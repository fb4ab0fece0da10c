-- One row per spelling that a misspelt word may mean: its canonical form, and whether it stands ahead of a street's name
-- (a title, an ordinal, a type in languages that begin with it) or behind it (a type, a direction).
CREATE OR REPLACE TEMP TABLE held_meant AS
-- Much comes near a very short word: it has to be the usual beginning of a street.
WITH usual AS (
    SELECT split_part(street, ' ', 1) AS word
    FROM (SELECT DISTINCT street FROM held_street)
    GROUP BY ALL
    HAVING count(*) > 0.05 * (SELECT count(DISTINCT street) FROM held_street)
),

-- "Avenue" stands on either side, with the language.
sided AS (
    SELECT word, canonical, role NOT IN ('type', 'direction') AND word <> 'strasse' AS ahead FROM word
    UNION ALL
    SELECT word, canonical, true
    FROM word
    CROSS JOIN word_form
    WHERE role = 'type' AND list_contains(types_ahead, canonical)
)

SELECT word AS meant, canonical, ahead, length(word) AS letters
FROM sided
WHERE (length(word) >= 4 AND (NOT ahead OR canonical IN (FROM held_word)))
    OR (length(word) = 3 AND ahead AND canonical IN (FROM usual))
UNION ALL
-- "C. Mayor": a letter for the usual type.
SELECT DISTINCT left(word, 1), canonical, true, 1
FROM sided
CROSS JOIN word_form
WHERE ahead AND list_contains(types_ahead, canonical) AND canonical IN (FROM usual);
