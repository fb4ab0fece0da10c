-- One row per fault that a match can have: what it takes off the score of 100.
CREATE OR REPLACE TEMP TABLE fault AS
SELECT fault, price::DOUBLE AS price, meaning
FROM (
    VALUES
    ('fields_swapped', 2, 'parts stood in each other''s columns'),
    ('street_spacing', 1, 'the street is joined or split otherwise'),
    ('street_typo', 5, 'one letter of the street differs'),
    ('street_typos', 11, 'two letters of the street differ'),
    ('street_misspelt', 19, 'three or more letters of the street differ'),
    ('street_short', 8, 'the letters that differ are a large part of the name'),
    ('street_digit', 9, 'a number within the street''s name differs'),
    ('street_words', 9, 'words of the street''s name are missing'),
    ('word_typo', 4, 'a type, direction, title or ordinal of the street is misspelt'),
    ('street_other', 5, 'the street exists as written, but the number is beyond its known numbers'),
    ('street_known', 30, 'the street exists as written, and the number lies among its known numbers'),
    ('type_missing', 4, 'one side does not say whether it is a street, a road, an avenue'),
    ('type_differs', 13, 'the type of street is another one'),
    ('direction_missing', 5, 'one side gives no direction'),
    ('direction_differs', 18, 'the direction is another one'),
    ('street_unsupported', 30, 'so much of the street differs that its postcode, or its number, would have to agree'),
    ('number_suffix', 8, 'the number without its suffix'),
    ('number_unsuffixed', 10, 'the number stands in the reference with a suffix only'),
    ('number_range', 5, 'the number lies within a range of one address'),
    ('number_between', 15, 'a point between the neighbours of the same side'),
    ('number_segment', 20, 'a point on the part of the street that has the number'),
    ('number_missing', 35, 'the number is missing or not known in the street'),
    ('crossing_missing', 30, 'the two streets do not meet in the reference'),
    ('street_missing', 60, 'the street is missing or not known'),
    ('postcode_missing', 2, 'one side has no postcode'),
    ('postcode_typo', 4, 'one character of the postcode differs'),
    ('postcode_typos', 8, 'two characters of the postcode differ, or its second part is missing'),
    ('postcode_differs', 12, 'the postcode is another one'),
    ('city_missing', 0, 'one side has no city'),
    ('city_typo', 3, 'the city is spelt otherwise'),
    ('city_differs', 10, 'the city is another one'),
    ('elsewhere', 60, 'postcode or city say that it is somewhere else'),
    ('several', 50, 'other places answer as well')
) AS t (fault, price, meaning);
