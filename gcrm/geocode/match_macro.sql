-- Functions of the matching: pieces of words, letters that differ, prices of faults, numbers of houses.

-- A word's letters without up to two of them; words at two edits or fewer have a piece in common.
CREATE OR REPLACE TEMP MACRO without_one(word) AS
    list_transform(range(1, length(word) + 1), lambda i: left(word, i - 1) || substr(word, i + 1));
CREATE OR REPLACE TEMP MACRO pieces(word) AS
    list_distinct(list_concat(
        [word],
        without_one(word),
        flatten(list_transform(without_one(word), lambda w:
            list_transform(range(1, length(w) + 1), lambda i: left(w, i - 1) || substr(w, i + 1))))));

-- What streets are found by: what is left of the first letters without up to two of them (names at two edits share one
-- such piece), and the name without type and direction.
CREATE OR REPLACE TEMP MACRO name_pieces(spelt, core) AS list_append(pieces(left(spelt, 7)), '=' || core);

-- Letters added, left out or replaced, or neighbours swapped. The plain distance is seven times faster and never less.
-- DuckDB counts bytes: a letter of Hangul or Han has three of them.
CREATE OR REPLACE TEMP MACRO edits(a, b) AS
    CASE
        WHEN a = b THEN 0
        WHEN strlen(b) > 2 * length(b) THEN ceil(levenshtein(a, b) / 3.0)::BIGINT
        WHEN abs(length(a) - length(b)) > 4 THEN 99
        WHEN levenshtein(a, b) BETWEEN 2 AND 6 THEN damerau_levenshtein(a, b)
        ELSE levenshtein(a, b)
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
