-- One row per distinct question to the reference: the keys that are looked for, and the places that ask.
CREATE OR REPLACE TEMP TABLE query AS
WITH asked AS (
    SELECT house_number, street, postcode, city, max(crossing) AS crossing, list(location_id) AS places
    FROM place
    WHERE NOT post_box AND (street IS NOT NULL OR postcode IS NOT NULL)
    GROUP BY house_number, street, postcode, city
)

SELECT row_number() OVER () AS query_no, *
FROM asked;
