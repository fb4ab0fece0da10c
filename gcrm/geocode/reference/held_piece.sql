-- One row per street key of the reference and piece of its name: what is left of its first letters without up to two, or its core.
CREATE OR REPLACE TEMP TABLE held_piece AS
SELECT DISTINCT street, piece
FROM (
    SELECT street, unnest(name_pieces(spelt, core)) AS piece FROM held_name
);
