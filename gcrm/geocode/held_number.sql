-- One row per reference address and number that it answers to: its own, and those of its range or list (12-14; 35a;35c).
CREATE OR REPLACE TEMP TABLE held_number AS
WITH wanted AS (
    SELECT reference_id, street, house_number
    FROM geocode.reference
    WHERE street IN (SELECT reference_street FROM alike) AND house_number IS NOT NULL
),

listed AS (
    SELECT reference_id, street, unnest(string_split(house_number, ' ')) AS house_number, house_number AS whole
    FROM wanted
),

numbered AS (
    SELECT
        reference_id, street, house_number,
        number_base(house_number) AS number,
        number_last(house_number) AS number_last,
        house_number <> whole AS part
    FROM listed
    WHERE regexp_matches(house_number, '^[0-9]') AND NOT regexp_full_match(house_number, '[0-9]/[0-9]')
)

SELECT
    reference_id, street, house_number, number,
    CASE WHEN part THEN 'list' ELSE 'own' END AS way
FROM numbered
UNION ALL
SELECT reference_id, street, NULL, unnest(range(number, number_last + 1, 2)), 'range'
FROM numbered
WHERE number_last > number;
