-- Functions of macro.sql and match_macro.sql for text of ASCII only: the same answers, in a fraction of the time that the
-- others take to be set up. A single address waits for that.

CREATE OR REPLACE TEMP MACRO plain_marks() AS ('');

CREATE OR REPLACE TEMP MACRO plain_fold(written) AS lower(written);

CREATE OR REPLACE TEMP MACRO plain_words(written) AS
    nullif(trim(regexp_replace(translate(lower(written), '''`.', ''), '[\x00-/:-@\[-`{-\x7f]+', ' ', 'g')), '');

CREATE OR REPLACE TEMP MACRO plain_number_key(written) AS
    CASE
        WHEN regexp_full_match(written, '[1-9][0-9]*') THEN written
        ELSE nullif(trim(
            regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                lower(written),
                '(' || day_written() || ')', 'day \1'),
                '^(?:no|nr|#)[ .]*([0-9])', '\1'),
                '([0-9])[.,]0+([a-z]?)$', '\1\2'),
                '[\x00-,.:-@\[-`{-\x7f]+', ' ', 'g'),
                '^ *0+([0-9])', '\1'),
                ' *([/-]) *|([0-9]) +([a-z]|bis|ter|quater)( |$)', '\1\2\3\4', 'g')
        ), '')
    END;

CREATE OR REPLACE TEMP MACRO plain_postcode_key(written) AS
    CASE
        WHEN regexp_full_match(written, '[1-9][0-9]{4}') THEN written
        ELSE nullif(ltrim(
            regexp_replace(
                regexp_replace(
                    regexp_replace(lower(written), '\.0$|^(\W*[0-9]{5})\W?[0-9]{4}(?:\.0)?\W*$', '\1'),
                    '[\x00-/:-@\[-`{-\x7f]+', '', 'g'),
                '^[a-z]{1,2}([0-9]{4,5})$', '\1'),
            '0'), '')
    END;

CREATE OR REPLACE TEMP MACRO plain_edits(a, b) AS
    CASE
        WHEN a = b THEN 0
        WHEN abs(length(a) - length(b)) > 4 THEN 99
        WHEN levenshtein(a, b) BETWEEN 2 + abs(length(a) - length(b)) AND 5 THEN damerau_levenshtein(a, b)
        ELSE levenshtein(a, b)
    END;

CREATE OR REPLACE TEMP MACRO plain_postcode_edits(a, b) AS
    CASE
        WHEN length(a) = length(b) THEN plain_edits(a, b)
        WHEN length(b) = length(a) + 3 AND starts_with(b, a) THEN 2
        ELSE least(plain_edits(a, b), plain_edits(
            lpad(a, greatest(length(a), length(b))::INTEGER, '0'), lpad(b, greatest(length(a), length(b))::INTEGER, '0')))
    END;

CREATE OR REPLACE TEMP MACRO plain_resembles(a, b) AS
    jaro_similarity(a, b) >= least(0.72, 1 - 2.6 / greatest(4, length(b)));
