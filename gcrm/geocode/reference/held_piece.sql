-- One row per beginning of a street name of the reference and piece of it: what is left without up to two of its letters.
CREATE OR REPLACE TEMP TABLE held_piece AS
SELECT beginning, unnest(pieces(beginning)) AS piece
FROM (
    SELECT DISTINCT name_beginning(spelt) AS beginning FROM held_name
);
