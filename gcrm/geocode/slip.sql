-- One row per address of a few hundred that are spread over the reference, as somebody might write it: three in four with
-- a slip in the street, no postcode, or a number that may be new to the street.
WITH spread AS (
    SELECT *, (row_number() OVER (ORDER BY reference_id) - 1) % 4 AS slip
    FROM geocode.reference
    WHERE street IS NOT NULL AND reference_id % greatest(1, (SELECT count(*) // 400 FROM geocode.reference)) = 0
)

SELECT
    row_number() OVER (ORDER BY reference_id) - 1 AS row_no,
    CASE slip WHEN 3 THEN (number_base(house_number) + 1)::VARCHAR ELSE house_number END AS house_number,
    CASE slip WHEN 1 THEN concat(left(street, 2), substr(street, 4, 1), substr(street, 3, 1), substr(street, 5)) ELSE street END
        AS street,
    CASE slip WHEN 2 THEN NULL ELSE postcode END AS postcode,
    city
FROM spread
ORDER BY row_no;
