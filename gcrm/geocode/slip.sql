-- One row per address of some thousand that are spread over the reference, as somebody might write it: three in four with
-- a slip in the street or in its type, no postcode, or a number that may be new to the street ($new; else without one).
WITH spread AS (
    SELECT *, (row_number() OVER (ORDER BY reference_id) - 1) % 8 AS slip
    FROM geocode.reference
    WHERE street IS NOT NULL AND reference_id % greatest(1, (SELECT count(*) // 2400 FROM geocode.reference)) = 0
)

SELECT
    row_number() OVER (ORDER BY reference_id) - 1 AS row_no,
    CASE
        WHEN slip % 4 <> 3 THEN house_number
        WHEN $new THEN (number_base(house_number) + 1)::VARCHAR
    END AS house_number,
    CASE slip
        WHEN 1 THEN concat(left(street, 2), substr(street, 4, 1), substr(street, 3, 1), substr(street, 5))
        WHEN 5 THEN concat(left(street, -2), right(street, 1), substr(street, -2, 1))
        ELSE street
    END AS street,
    CASE WHEN slip % 4 <> 2 THEN postcode END AS postcode,
    city
FROM spread
ORDER BY row_no;
