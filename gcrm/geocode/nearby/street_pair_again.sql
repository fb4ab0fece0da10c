-- One row per street of a question without an answer, way to read it, and reference street worth comparing: whatever its numbers.
CREATE OR REPLACE TEMP TABLE street_pair AS
WITH asked AS (
    SELECT q.*
    FROM name AS q
    SEMI JOIN (SELECT street FROM unanswered UNION SELECT unnest(crossing) FROM unanswered) AS u ON u.street = q.street
)

SELECT q.street, q.mended, r.street AS reference_street, true AS near
FROM asked AS q
INNER JOIN beginning AS b ON b.beginning = name_beginning(q.spelt)
INNER JOIN held_name AS r ON name_beginning(r.spelt) = b.reference_beginning
UNION
SELECT q.street, q.mended, r.street, true
FROM asked AS q
INNER JOIN held_name AS r ON r.core = q.core;
