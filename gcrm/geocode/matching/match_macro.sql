-- Functions of the matching: pieces of names, letters that differ, prices of faults, numbers of houses.

-- What is left of a beginning of a name without two of its letters, or those beyond its end.
CREATE OR REPLACE TEMP MACRO piece_of(beginning, first, second) AS
    left(beginning, first - 1) || substr(beginning, first + 1, second - first - 1) || substr(beginning, second + 1);

-- The letters of a pair of words as ASCII, each by one of its own: DuckDB's distances count bytes, and a letter of Hangul
-- or Cyrillic has several.
CREATE OR REPLACE TEMP MACRO as_ascii(word, pair) AS
    translate(
        word,
        array_to_string(list_sort(list_distinct(string_split(pair, ''))), ''),
        '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&()*+,-./:;<=>?@[]^_`{|}~');

-- What two names have to have in common, but for two edits, to be compared at all.
CREATE OR REPLACE TEMP MACRO name_beginning(spelt) AS left(spelt, 7);

-- Letters added, left out or replaced, or neighbours swapped. The plain distance is seven times faster and never less; a swap
-- is two of its edits, and letters that one word has more are others.
CREATE OR REPLACE TEMP MACRO edits(a, b) AS
    CASE
        WHEN a = b THEN 0
        WHEN abs(length(a) - length(b)) > 4 THEN 99
        WHEN strlen(a) + strlen(b) > length(a) + length(b) THEN damerau_levenshtein(as_ascii(a, a || b), as_ascii(b, a || b))
        WHEN levenshtein(a, b) BETWEEN 2 + abs(length(a) - length(b)) AND 5 THEN damerau_levenshtein(a, b)
        ELSE levenshtein(a, b)
    END;

-- Whether two words have so much in common that their edits are worth counting; cheaper than counting them. One letter
-- can cost a long word a quarter of its similarity, where the letters after it are found out of their order.
CREATE OR REPLACE TEMP MACRO resembles(a, b) AS
    CASE
        WHEN strlen(a) + strlen(b) > length(a) + length(b) THEN abs(length(a) - length(b)) <= 4
        ELSE jaro_similarity(a, b) >= least(0.72, 1 - 2.6 / greatest(4, length(b)))
    END;

-- Edits of two postcodes. Their keys have no leading zeros, so that a slip in the first digit (0019 for 20019) would count
-- as several. The first part of a postcode alone (SO14 for SO14 3AB, 01310 for 01310-100) is as near as two slips are.
CREATE OR REPLACE TEMP MACRO postcode_edits(a, b) AS
    CASE
        WHEN length(a) = length(b) THEN edits(a, b)
        WHEN length(b) = length(a) + 3 AND starts_with(b, a) THEN 2
        ELSE least(edits(a, b), edits(
            lpad(a, greatest(length(a), length(b))::INTEGER, '0'), lpad(b, greatest(length(a), length(b))::INTEGER, '0')))
    END;

-- What faults take off the score, by the prices of `price`.
CREATE OR REPLACE TEMP MACRO priced(faults, prices) AS
    coalesce(list_sum(list_transform(faults, lambda f: prices[f])), 0.0);

-- The number a house number begins with: 12 of 12a, 12-14 and 12/1.
CREATE OR REPLACE TEMP MACRO number_base(number) AS try_cast(regexp_extract(number, '^[0-9]+') AS INTEGER);

-- The last number where it is a range of neighbours (12-14), else the first; 245-9 is a number below 245, not a range.
CREATE OR REPLACE TEMP MACRO number_last(number) AS
    CASE
        WHEN try_cast(regexp_extract(number, '^[0-9]+[a-z]?-([0-9]+)[a-z]?$', 1) AS INTEGER)
            BETWEEN number_base(number) + 1 AND number_base(number) + 40
            THEN try_cast(regexp_extract(number, '^[0-9]+[a-z]?-([0-9]+)[a-z]?$', 1) AS INTEGER)
        ELSE number_base(number)
    END;

-- The number below a number: 9 of 245-9 and 245/9; 0 of a plain number; null of a range of neighbours and of any other.
CREATE OR REPLACE TEMP MACRO number_below(number) AS
    CASE
        WHEN regexp_full_match(number, '[0-9]+') THEN 0
        WHEN number_last(number) = number_base(number)
            THEN try_cast(regexp_extract(number, '^[0-9]+[-/]([0-9]{1,6})$', 1) AS INTEGER)
    END;
