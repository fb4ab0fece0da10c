-- One row per question without an address whose street is known, though not with its number: the street meant and its faults.
CREATE OR REPLACE TEMP TABLE meant AS
WITH scoped AS (
    SELECT
        o.query_no, o.number, o.postcode, o.city, s.reference_street AS street, s.faults, s.price,
        s.price + CASE
            WHEN (s.reference_street, o.postcode) IN (SELECT (street, postcode) FROM held_street) THEN 0
            ELSE 15
        END AS cost
    FROM unanswered AS o
    INNER JOIN alike AS s ON s.street = o.street
    WHERE s.price <= $street_price
    UNION ALL
    -- Of two streets that do not meet, the one said first counts, else the other.
    SELECT
        o.query_no, NULL, o.postcode, o.city, s.reference_street, s.faults || ['crossing_missing'], s.price,
        100 + s.price + CASE
            WHEN (s.reference_street, o.postcode) IN (SELECT (street, postcode) FROM held_street) THEN 0
            ELSE 15
        END + CASE WHEN s.street = o.crossing[1] THEN 0 ELSE 50 END
    FROM unanswered AS o
    INNER JOIN alike AS s ON list_contains(o.crossing, s.street)
    WHERE s.price <= $street_price
),

best AS (
    SELECT query_no, min(cost) AS cost FROM scoped GROUP BY query_no
)

-- Two streets that are equally alike are none.
SELECT scoped.query_no, any_value(number) AS number, any_value(postcode) AS postcode, any_value(city) AS city,
    any_value(street) AS street, any_value(faults) AS faults, any_value(price) AS price
FROM scoped
INNER JOIN best ON best.query_no = scoped.query_no AND best.cost = scoped.cost
GROUP BY scoped.query_no
HAVING count(*) = 1;
