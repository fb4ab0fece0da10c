-- One row per rule by which a place was decided, best first: what it means for level and status.
CREATE OR REPLACE TEMP TABLE rule AS
SELECT rank, rule, match_level, status, meaning
FROM (
    VALUES
    (0, 'point', 'given', 'matched', 'the record brought its point'),
    (1, 'postcode_agrees', 'exact', 'matched', 'number, street and postcode agree'),
    (2, 'city_agrees', 'exact', 'matched', 'number, street and city agree; one side has no postcode'),
    (3, 'only_one', 'exact', 'matched', 'number and street agree; nothing else to compare'),
    (4, 'street_alike', 'exact', 'matched', 'the number agrees; the street is spelt otherwise'),
    (5, 'postcode_differs', 'exact', 'matched', 'number and street agree; the postcode is another one'),
    (6, 'parcel', 'parcel', 'matched', 'inner point of the parcel the record names'),
    (7, 'number_suffix', 'suffix', 'matched', 'the house without the suffix of its number'),
    (8, 'number_range', 'range', 'matched', 'the address whose range of numbers holds the number'),
    (9, 'number_unsuffixed', 'suffix', 'matched', 'a house of the number, which has suffixes only'),
    (10, 'several', 'exact', 'tie', 'the address stands at several places'),
    (11, 'number_between', 'interpolated', 'matched', 'between the neighbours on the same side of the street'),
    (12, 'number_between_or_alike', 'interpolated', 'tie', 'between its neighbours, or the number in a street spelt alike'),
    (13, 'number_segment', 'segment', 'matched', 'on the part of the street that has the number'),
    (14, 'crossing', 'intersection', 'matched', 'where the two streets meet'),
    (15, 'street_in_postcode', 'street', 'matched', 'the street in this postcode, not the number'),
    (16, 'street_in_city', 'street', 'matched', 'the street in this city, not the number'),
    (17, 'street_alone', 'street', 'matched', 'the street, not the number; nothing else to compare'),
    (18, 'postcode', 'postcode', 'matched', 'the postcode only'),
    (19, 'place', 'place', 'matched', 'the place only'),
    (20, 'street_wide', 'street', 'tie', 'the street stands at places far apart'),
    (21, 'postcode_wide', 'postcode', 'tie', 'the postcode stands at places far apart'),
    (22, 'place_wide', 'place', 'tie', 'the place is wide, or there are several of its name'),
    (23, 'elsewhere', NULL, 'review', 'number and street agree, but postcode or city are elsewhere; no point is taken'),
    (24, 'unsure', NULL, 'review', 'too much of the address differs; no point is taken'),
    (25, 'post_box', NULL, 'rejected', 'a post box is no place'),
    (26, 'no_address', NULL, 'unmatched', 'neither a point nor an address'),
    (27, 'not_understood', NULL, 'unmatched', 'neither a street nor a postcode could be read'),
    (28, 'not_in_reference', NULL, 'unmatched', 'neither the street nor the postcode is in the reference'),
    (90, 'decided', 'decided', 'matched', 'a person chose the point'),
    (91, 'decided_not_found', NULL, 'unmatched', 'a person found that it lies nowhere')
) AS t (rank, rule, match_level, status, meaning);
