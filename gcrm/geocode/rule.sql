-- One row per rule by which a place was decided, best first: what it means for level, status and confidence.
CREATE OR REPLACE TEMP TABLE rule AS
SELECT rank, rule, match_level, status, confidence::DOUBLE AS confidence, meaning
FROM (
    VALUES
    (0, 'point', 'given', 'matched', 1.0, 'the record brought its point'),
    (1, 'postcode_agrees', 'exact', 'matched', 0.98, 'number, street and postcode agree'),
    (2, 'city_agrees', 'exact', 'matched', 0.95, 'number, street and city agree; one side has no postcode'),
    (3, 'only_one', 'exact', 'matched', 0.9, 'number and street agree; nothing else to compare'),
    (4, 'postcode_differs', 'exact', 'matched', 0.7, 'number and street agree; the postcode is another one'),
    (5, 'parcel', 'parcel', 'matched', 0.9, 'inner point of the parcel the record names'),
    (6, 'several', 'exact', 'tie', 0.4, 'the address stands at several places'),
    (7, 'street_in_postcode', 'street', 'matched', 0.6, 'the street in this postcode, not the number'),
    (8, 'street_in_city', 'street', 'matched', 0.5, 'the street in this city, not the number'),
    (9, 'street_alone', 'street', 'matched', 0.4, 'the street, not the number; nothing else to compare'),
    (10, 'postcode', 'postcode', 'matched', 0.3, 'the postcode only'),
    (11, 'street_wide', 'street', 'tie', 0.1, 'the street stands at places far apart'),
    (12, 'postcode_wide', 'postcode', 'tie', 0.1, 'the postcode stands at places far apart'),
    (13, 'elsewhere', NULL, 'review', 0.2, 'number and street agree, but postcode or city are elsewhere; no point is taken'),
    (14, 'post_box', NULL, 'rejected', 0.0, 'a post box is no place'),
    (15, 'no_address', NULL, 'unmatched', 0.0, 'neither a point nor an address'),
    (16, 'not_understood', NULL, 'unmatched', 0.0, 'neither a street nor a postcode could be read'),
    (17, 'not_in_reference', NULL, 'unmatched', 0.0, 'neither the street nor the postcode is in the reference')
) AS t (rank, rule, match_level, status, confidence, meaning);
