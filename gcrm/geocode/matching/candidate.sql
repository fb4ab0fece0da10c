-- One row per open question and reference address that may be meant: what speaks against it.
CREATE OR REPLACE TEMP TABLE candidate AS
-- Questions whose street, but for a misspelt type or direction, is in their postcode: it is hardly another one.
WITH told AS (
    SELECT DISTINCT o.query_no
    FROM open AS o
    INNER JOIN said AS s ON s.street = o.street AND s.mended
    INNER JOIN held_street AS h ON h.street = s.spoken AND h.postcode = o.postcode
    WHERE NOT coalesce(list_has_any(string_split(o.street, ' '), (SELECT list(word) FROM mend WHERE unsure)), false)
),

-- What the faults of a street say: 0 at most another way to write it, 1 one letter differs in a long name, 2 more; 3 what
-- needs the postcode's support, and 4 what is beyond it. There are few different ones.
street_fault AS (
    SELECT
        faults,
        CASE
            WHEN list_has_all(faults, ['street_misspelt', 'street_short'])
                OR (list_has_any(faults, ['street_digit', 'street_short']) AND list_has_any(
                    faults, ['word_typo', 'direction_missing', 'type_differs', 'direction_differs']))
                OR (list_has_any(faults, ['type_differs', 'direction_differs'])
                    AND (list_has_any(faults, ['word_typo', 'direction_missing', 'type_missing'])
                        OR list_has_all(faults, ['type_differs', 'direction_differs']))) THEN 4
            WHEN list_has_any(faults, ['type_differs', 'direction_differs', 'street_misspelt']) THEN 3
            WHEN list_has_any(faults, ['street_typos', 'street_digit', 'street_short', 'direction_missing']) THEN 2
            WHEN list_contains(faults, 'street_typo') THEN 1
            ELSE 0
        END AS street_doubt,
        list_has_any(faults, ['street_short', 'street_digit']) AS short,
        faults = ['direction_missing'] AS only_direction
    FROM (SELECT DISTINCT faults FROM alike)
),

street AS (
    SELECT
        o.*, s.reference_street, s.near, s.faults, f.street_doubt, f.short, f.only_direction,
        o.street = s.reference_street AS same_street,
        o.query_no IN (FROM told) AS street_told
    FROM open AS o
    INNER JOIN alike AS s ON s.street = o.street
    INNER JOIN street_fault AS f ON f.faults = s.faults
),

-- The same number, else the same without suffixes, else a range that holds it.
numbered AS (
    SELECT
        s.query_no, s.reference_street, h.reference_id,
        min(CASE
            WHEN h.house_number = s.house_number THEN ''
            WHEN h.way = 'range' OR s.number_last > s.number THEN 'number_range'
            WHEN h.house_number = h.number::VARCHAR THEN 'number_suffix'
            ELSE 'number_unsuffixed'
        END) AS number_fault
    FROM street AS s
    INNER JOIN held_number AS h
        ON h.street = s.reference_street
        AND h.number = s.number
        AND (h.house_number = s.house_number
            OR h.way = 'range'
            OR h.house_number = h.number::VARCHAR
            OR s.house_number = s.number::VARCHAR
            OR (s.number_last > s.number AND h.house_number = h.number::VARCHAR))
    GROUP BY ALL
    UNION ALL
    -- Numbers that do not begin with a digit.
    SELECT s.query_no, s.reference_street, r.reference_id, ''
    FROM street AS s
    INNER JOIN geocode.reference AS r ON r.street = s.reference_street AND r.house_number = s.house_number
    WHERE s.number IS NULL
),

compared AS (
    SELECT
        numbered.query_no, numbered.reference_id, numbered.number_fault,
        s.postcode_known, s.street_known, s.street_told, s.number_inside, s.same_street, s.faults, s.street_doubt,
        s.short, s.only_direction, r.street, r.lon, r.lat, r.error_m,
        s.postcode = r.postcode AS same_postcode,
        CASE WHEN s.postcode <> r.postcode THEN postcode_edits(s.postcode, r.postcode) END AS postcode_edits,
        same_city(s.city, r.city) AS same_city,
        CASE
            WHEN NOT same_city(s.city, r.city)
                THEN edits(s.city, r.city) <= CASE WHEN length(r.city) < 4 THEN 1 ELSE 2 END
        END AS city_misspelt
    FROM numbered
    INNER JOIN street AS s ON s.query_no = numbered.query_no AND s.reference_street = numbered.reference_street
    INNER JOIN geocode.reference AS r ON r.reference_id = numbered.reference_id
    WHERE s.near OR (numbered.number_fault = '' AND s.postcode = r.postcode)
),

-- What the postcode says: 0 it agrees, 1 one slip makes it agree, 2 two slips or one to a postcode that exists, 3 another
-- one.
weighed AS (
    SELECT
        *,
        CASE
            WHEN same_postcode THEN 0
            WHEN same_postcode IS NULL THEN NULL
            WHEN postcode_edits = 1 AND NOT postcode_known THEN 1
            WHEN postcode_edits = 1 OR (postcode_edits = 2 AND NOT postcode_known) THEN 2
            ELSE 3
        END AS postcode_doubt
    FROM compared
),

-- A postcode that differs is believed to be a slip where the city agrees, or where nothing speaks for another city.
judged AS (
    SELECT
        query_no, reference_id, lon, lat, error_m, street, same_street, same_postcode, number_fault, faults,
        concat_ws(
            ',',
            CASE WHEN number_fault <> '' THEN number_fault END,
            CASE
                WHEN street_doubt = 4
                    OR (street_doubt = 3 AND postcode_doubt IS DISTINCT FROM 0)
                    OR (street_doubt = 2 AND postcode_doubt >= 2)
                    OR (street_doubt = 2 AND postcode_doubt IS NULL AND short)
                    OR (street_doubt = 1 AND postcode_doubt = 3)
                    OR (street_doubt >= 2 AND number_fault <> '')
                    OR (street_doubt >= 2 AND street_told)
                    OR (street_doubt >= 2 AND street_known AND NOT same_street AND NOT only_direction)
                    THEN 'street_unsupported'
            END,
            CASE
                WHEN same_street OR NOT street_known THEN NULL
                WHEN number_inside OR NOT same_postcode THEN 'street_known'
                ELSE 'street_other'
            END,
            CASE
                WHEN same_postcode THEN NULL
                WHEN same_postcode IS NULL THEN 'postcode_missing'
                WHEN postcode_edits <= 1 THEN 'postcode_typo'
                WHEN postcode_edits <= 2 THEN 'postcode_typos'
                WHEN same_city OR city_misspelt OR (postcode_known AND same_city IS NULL) THEN 'postcode_differs'
                ELSE 'elsewhere'
            END,
            CASE
                WHEN same_city THEN NULL
                WHEN same_city IS NULL THEN 'city_missing'
                WHEN city_misspelt THEN 'city_typo'
                WHEN same_postcode THEN 'city_differs'
                ELSE 'elsewhere'
            END
        ) AS place_said
    FROM weighed
),

-- There are few different sums of faults: each is priced once.
total AS (
    SELECT
        said.faults AS street_faults, said.place_said,
        list_sort(list_distinct(list_concat(said.faults, list_filter(
            string_split(said.place_said, ','), lambda f: f <> '')))) AS faults
    FROM (SELECT DISTINCT faults, place_said FROM judged) AS said
),

priced_total AS (
    SELECT total.*, priced(faults, prices) AS price FROM total CROSS JOIN price
)

SELECT judged.* EXCLUDE (faults, place_said), t.faults, t.price
FROM judged
INNER JOIN priced_total AS t ON t.street_faults = judged.faults AND t.place_said = judged.place_said;
