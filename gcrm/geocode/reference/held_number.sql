-- One row per reference address and number that it answers to: the whole as written (630 1/2; 33,35), each of a list
-- (35a;35c), and those of a range (12-14).
CREATE OR REPLACE TEMP TABLE held_number AS
WITH listed AS (
    -- What follows a word are numbers of flats and rooms: 16 Room 1;2;3.
    SELECT
        reference_id, street, house_number AS whole,
        unnest(list_distinct(
            [house_number] || string_split(trim(regexp_extract(house_number, '^(?:[0-9][^ ]*(?: |$))+')), ' '))) AS house_number
    FROM geocode.reference
    WHERE street IS NOT NULL AND house_number IS NOT NULL
),

numbered AS (
    SELECT
        reference_id, street, house_number,
        number_base(house_number) AS number,
        number_last(house_number) AS number_last,
        house_number <> whole AS part
    FROM listed
    WHERE regexp_matches(house_number, '^[0-9]')
        AND (house_number = whole OR NOT regexp_full_match(house_number, '[0-9]/[0-9]'))
)

SELECT
    reference_id, street, house_number, number,
    CASE WHEN part THEN 'list' ELSE 'own' END AS way
FROM numbered
UNION ALL
SELECT reference_id, street, NULL, unnest(range(number, number_last + 1, 2)), 'range'
FROM numbered
WHERE number_last > number;
