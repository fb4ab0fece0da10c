-- One row per open question with an address that may be meant: the best one, whether it is the only one, and its faults.
CREATE OR REPLACE TEMP TABLE answer AS
WITH other AS (
    SELECT
        query_no,
        min(gap) FILTER (apart_m > $apart_m) AS gap,
        max(apart_m) FILTER (gap < $tie_price) AS apart_m
    FROM choice
    GROUP BY query_no
)

SELECT
    c.query_no, c.reference_id, c.lon, c.lat, c.number_fault,
    r.address, r.error_m - r.spread_m + CASE c.number_fault WHEN '' THEN 0 WHEN 'number_range' THEN 140 ELSE 100 END AS error_m,
    greatest(other.apart_m, r.spread_m) AS apart_m,
    coalesce(other.gap, 100.0) AS gap,
    c.price, c.faults,
    CASE
        WHEN list_contains(c.faults, 'elsewhere') THEN 'elsewhere'
        WHEN c.price > $review_price THEN 'unsure'
        WHEN other.apart_m > $apart_m OR r.scattered THEN 'several'
        WHEN c.number_fault <> '' THEN c.number_fault
        WHEN list_contains(c.faults, 'postcode_differs') THEN 'postcode_differs'
        WHEN NOT c.same_street THEN 'street_alike'
        WHEN c.same_postcode THEN 'postcode_agrees'
        WHEN c.same_postcode IS NULL THEN 'only_one'
        ELSE 'postcode_differs'
    END AS rule
FROM choice AS c
INNER JOIN other ON other.query_no = c.query_no
INNER JOIN geocode.reference AS r ON r.reference_id = c.reference_id
WHERE c.place_no = 1;
