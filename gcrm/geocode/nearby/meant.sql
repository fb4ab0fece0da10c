-- One row per question without an address whose street is known, though not with its number: the street meant, its faults,
-- and what the postcode says of it.
CREATE OR REPLACE TEMP TABLE meant AS
WITH told AS (
    SELECT
        o.query_no, o.number, o.postcode, o.city, o.postcode_known, s.reference_street AS street, s.faults, s.price,
        0 AS detour
    FROM unanswered AS o
    INNER JOIN alike AS s ON s.street = o.street
    WHERE s.price <= $street_price
    UNION ALL
    -- Of two streets that do not meet, the one said first counts, else the other.
    SELECT
        o.query_no, NULL, o.postcode, o.city, o.postcode_known, s.reference_street, s.faults || ['crossing_missing'], s.price,
        100 + CASE WHEN s.street = o.crossing[1] THEN 0 ELSE 50 END
    FROM unanswered AS o
    INNER JOIN alike AS s ON list_contains(o.crossing, s.street)
    WHERE s.price <= $street_price
),

weighed AS (
    SELECT
        *,
        postcode IS NOT NULL AND (street, postcode) IN (SELECT (street, postcode) FROM held_street) AS here,
        city IS NOT NULL AND (street, city) IN (SELECT (street, city) FROM held_street) AS in_city,
        coalesce(postcode_known, false)
        AND street NOT IN (SELECT street FROM held_street WHERE postcode IS NULL) AS known_elsewhere
    FROM told
),

-- No number supports a street that is spelt otherwise: it is none where the postcode that was said is another one, but for
-- one slip in a city that agrees.
scoped AS (
    SELECT *, price + detour + CASE WHEN here THEN 0 ELSE 15 END AS cost
    FROM weighed
    WHERE here OR NOT known_elsewhere
        OR NOT list_has_any(faults, ['street_typo', 'street_typos', 'street_words'])
        OR (in_city AND NOT list_contains(faults, 'street_typos'))
),

best AS (
    SELECT query_no, min(cost) AS cost FROM scoped GROUP BY query_no
),

-- Two streets that are equally alike are none.
chosen AS (
    SELECT scoped.query_no, any_value(number) AS number, any_value(postcode) AS postcode, any_value(city) AS city,
        any_value(street) AS street, any_value(faults) AS faults, any_value(price) AS price,
        any_value(here) AS here
    FROM scoped
    INNER JOIN best ON best.query_no = scoped.query_no AND best.cost = scoped.cost
    GROUP BY scoped.query_no
    HAVING count(*) = 1
),

-- How far the postcode is from the nearest of those that the street has.
apart AS (
    SELECT c.query_no, min(postcode_edits(c.postcode, h.postcode)) AS edits
    FROM chosen AS c
    INNER JOIN held_street AS h ON h.street = c.street
    WHERE c.postcode IS NOT NULL AND h.postcode IS NOT NULL AND NOT c.here
    GROUP BY c.query_no
)

SELECT
    c.*,
    CASE
        WHEN c.here THEN NULL
        WHEN apart.edits IS NULL THEN 'postcode_missing'
        WHEN apart.edits <= 1 THEN 'postcode_typo'
        WHEN apart.edits <= 2 THEN 'postcode_typos'
        ELSE 'postcode_differs'
    END AS postcode_fault
FROM chosen AS c
LEFT JOIN apart ON apart.query_no = c.query_no;
