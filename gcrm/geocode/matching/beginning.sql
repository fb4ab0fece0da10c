-- One row per beginning of an asked name and of a reference name that are at two edits of each other, or nearly.
CREATE OR REPLACE TEMP TABLE beginning AS
SELECT asked.beginning, h.beginning AS reference_beginning
FROM (
    SELECT beginning, unnest(pieces(beginning)) AS piece
    FROM (SELECT DISTINCT name_beginning(spelt) AS beginning FROM name)
) AS asked
INNER JOIN held_piece AS h ON h.piece = asked.piece
GROUP BY asked.beginning, h.beginning;
