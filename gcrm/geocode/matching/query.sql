-- One row per distinct question to the reference: the keys that are looked for, and the places that ask.
CREATE OR REPLACE TEMP TABLE query AS
-- Where streets of the reference go on behind a comma, what was taken for the city may begin with the rest of one. Up to
-- two letters of one side of the comma may differ.
WITH near AS (
    SELECT p.location_id, p.street, p.city, h.street AS reference_street
    FROM place AS p
    INNER JOIN held_block AS h ON h.block = p.street
    UNION
    SELECT p.location_id, p.street, p.city, h.street
    FROM place AS p
    INNER JOIN held_block AS h ON h.rest_begins = split_part(p.city, ' ', 1)
),

behind AS (
    SELECT
        c.location_id, c.street, c.reference_street, h.block, h.rest_key, h.rest,
        array_to_string(string_split(c.city, ' ')[:h.rest_words], ' ') AS rest_said,
        nullif(array_to_string(string_split(c.city, ' ')[h.rest_words + 1:], ' '), '') AS city
    FROM near AS c
    INNER JOIN held_block AS h ON h.street = c.reference_street
),

continued AS (
    SELECT
        location_id,
        arg_min(
            {
                'street': concat(
                    CASE WHEN rest_said = rest THEN street ELSE block END, ' ',
                    CASE WHEN rest_said = rest THEN rest_key ELSE rest_said END),
                'city': city
            },
            {'edits': edits(street, block) + edits(rest_said, rest), 'street': reference_street}) AS said
    FROM behind
    WHERE (street = block OR rest_said = rest) AND edits(street, block) <= 2 AND edits(rest_said, rest) <= 2
    GROUP BY location_id
),

asked AS (
    SELECT
        house_number, coalesce(c.said.street, p.street) AS street, postcode,
        CASE WHEN c.location_id IS NULL THEN p.city ELSE c.said.city END AS city,
        max(crossing) AS crossing, list(p.location_id) AS places
    FROM place AS p
    LEFT JOIN continued AS c ON c.location_id = p.location_id
    WHERE NOT post_box AND (street IS NOT NULL OR postcode IS NOT NULL OR p.city IS NOT NULL)
    GROUP BY ALL
)

SELECT row_number() OVER () AS query_no, *
FROM asked;
