-- One row: a hash over every reference address, range, street, postcode and place.
CREATE OR REPLACE TEMP TABLE reference_version AS
SELECT lower(to_hex(bit_xor(md5_number_lower(concat_ws(chr(31), part, line))))) AS version
FROM (
    SELECT 'address' AS part, r::VARCHAR AS line FROM geocode.reference AS r
    UNION ALL
    SELECT 'range', r::VARCHAR FROM held_range AS r
    UNION ALL
    SELECT 'street', s::VARCHAR FROM pack_street AS s
    UNION ALL
    SELECT 'postcode', p::VARCHAR FROM pack_postcode AS p
    UNION ALL
    SELECT 'place', p::VARCHAR FROM pack_place AS p
);
