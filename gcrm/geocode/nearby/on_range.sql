-- One row per open question and street segment whose range of numbers holds its number: the line, and how far along it is.
WITH fitting AS (
    SELECT
        m.query_no, r.range_no, r.geometry, r.side, m.street, m.faults, m.postcode_fault,
        abs(r.to_number - r.from_number) AS span,
        CASE WHEN r.postcode = m.postcode THEN 0 WHEN r.postcode IS NULL OR m.postcode IS NULL THEN 1 ELSE 2 END AS away,
        CASE
            WHEN r.to_number = r.from_number THEN 0.5
            ELSE (m.number - r.from_number)::DOUBLE / (r.to_number - r.from_number)
        END AS along
    FROM meant AS m
    INNER JOIN held_range AS r
        ON r.street = m.street
        AND m.number BETWEEN least(r.from_number, r.to_number) AND greatest(r.from_number, r.to_number)
        AND (r.parity = 'both' OR (r.parity = 'even') = (m.number % 2 = 0))
        AND coalesce(same_city(r.city, m.city), true)
)

-- The postcode that agrees, then the shortest range.
SELECT
    query_no, street,
    faults || CASE WHEN min(away) = 2 THEN ['number_segment', coalesce(postcode_fault, 'postcode_differs')] ELSE ['number_segment'] END
        AS faults,
    min({'away': away, 'span': span, 'range_no': range_no, 'geometry': geometry, 'side': side, 'along': along})
        AS best
FROM fitting
GROUP BY query_no, street, faults, postcode_fault
ORDER BY query_no;
