-- One row per beginning of a street name of the reference and piece of it: what is left without up to two of its letters.
CREATE OR REPLACE TEMP TABLE held_piece AS
SELECT DISTINCT h.beginning, piece_of(h.beginning, gap.first, gap.second) AS piece
FROM (
    SELECT DISTINCT name_beginning(spelt) AS beginning FROM held_name
) AS h
INNER JOIN gap ON gap.letters = length(h.beginning);
