-- One row per beginning of an asked name and of a reference name that are at two edits of each other, or nearly.
CREATE OR REPLACE TEMP TABLE beginning AS
SELECT DISTINCT asked.beginning, h.beginning AS reference_beginning
FROM (
    SELECT q.beginning, piece_of(q.beginning, gap.first, gap.second) AS piece
    FROM (SELECT DISTINCT name_beginning(spelt) AS beginning FROM name) AS q
    INNER JOIN gap ON gap.letters = length(q.beginning)
) AS asked
INNER JOIN held_piece AS h ON h.piece = asked.piece;
