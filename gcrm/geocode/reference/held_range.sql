-- One row per side of a street segment with house numbers: keys of its street and place.
CREATE OR REPLACE TEMP TABLE held_range AS
SELECT
    row_number() OVER (ORDER BY s.street, r.from_number, r.to_number, r.side, r.postcode, r.geometry) AS range_no,
    s.street,
    postcode_key(r.postcode) AS postcode,
    city_key(r.city) AS city,
    -- Where the houses stand: left of the line, right of it, or on it.
    CASE r.side WHEN 'left' THEN 1 WHEN 'right' THEN -1 ELSE 0 END AS side,
    r.parity,
    r.from_number,
    r.to_number,
    r.geometry
FROM pack_range AS r
INNER JOIN street AS s ON s.street_text = r.street
WHERE s.street IS NOT NULL AND r.from_number IS NOT NULL AND r.to_number IS NOT NULL AND r.geometry IS NOT NULL;
