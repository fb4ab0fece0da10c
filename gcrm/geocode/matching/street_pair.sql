-- One row per asked street, way to read it, and reference street worth comparing because it has a number that is asked for:
-- whether their names are near, or only number and postcode agree, which says nothing of other questions of that street.
CREATE OR REPLACE TEMP TABLE street_pair AS
WITH near AS (
    SELECT q.street, q.mended, r.street AS reference_street
    FROM name AS q
    INNER JOIN beginning AS b ON b.beginning = name_beginning(q.spelt)
    INNER JOIN held_name AS r ON name_beginning(r.spelt) = b.reference_beginning
    UNION ALL
    SELECT q.street, q.mended, r.street
    FROM name AS q
    INNER JOIN held_name AS r ON r.core = q.core
),

-- Each street is looked for with few numbers: first they, then the many streets that have one of them.
numbered AS MATERIALIZED (
    SELECT near.*, o.number
    FROM near
    INNER JOIN (SELECT DISTINCT street, number FROM open WHERE number IS NOT NULL) AS o ON o.street = near.street
),

pair AS (
    SELECT street, mended, reference_street, true AS near
    FROM numbered
    SEMI JOIN held_number AS h ON h.street = numbered.reference_street AND h.number = numbered.number
    UNION ALL
    -- Numbers that do not begin with a digit.
    SELECT near.street, near.mended, near.reference_street, true
    FROM near
    INNER JOIN open AS o ON o.street = near.street
    INNER JOIN geocode.reference AS r ON r.street = near.reference_street AND r.house_number = o.house_number
    WHERE o.number IS NULL
    UNION ALL
    -- Where number and postcode agree, less of the name has to.
    SELECT q.street, q.mended, r.street, false
    FROM open AS o
    INNER JOIN geocode.reference AS r ON r.house_number = o.house_number AND r.postcode = o.postcode
    INNER JOIN name AS q ON q.street = o.street
    WHERE r.street IS NOT NULL
)

SELECT street, mended, reference_street, bool_or(near) AS near
FROM pair
GROUP BY street, mended, reference_street;
