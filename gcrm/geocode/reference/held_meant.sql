-- One row per spelling that a misspelt word may mean: its canonical form, and whether it stands ahead of a street's name
-- (a title, an ordinal, a type in languages that begin with it) or behind it (a type, a direction).
CREATE OR REPLACE TEMP TABLE held_meant AS
-- Much comes near a very short word: it has to be the usual beginning of a street.
WITH usual AS (
    SELECT split_part(street, ' ', 1) AS word
    FROM (SELECT DISTINCT street FROM held_street)
    GROUP BY ALL
    HAVING count(*) > 0.05 * (SELECT count(DISTINCT street) FROM held_street)
)

SELECT word AS meant, canonical, role NOT IN ('type', 'direction') AND word <> 'strasse' AS ahead, length(word) AS letters
FROM word
WHERE (length(word) >= 4 AND (NOT ahead OR canonical IN (FROM held_word)))
    OR (length(word) = 3 AND ahead AND canonical IN (FROM usual));
