-- One row per meant street of a question whose number lies among its numbers: what is looked for. A number beyond the first
-- and the last one has no neighbours on both sides.
CREATE OR REPLACE TEMP TABLE surrounded AS
SELECT meant.*, number_below(open.house_number) AS below
FROM meant
INNER JOIN open ON open.query_no = meant.query_no
INNER JOIN held_reach AS reach
    ON reach.street = meant.street AND reach.postcode IS NULL
    AND meant.number BETWEEN reach.first_number AND reach.last_number;
