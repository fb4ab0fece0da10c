-- One row per street key of the reference and way it is said there.
CREATE OR REPLACE TEMP TABLE said AS
SELECT DISTINCT street, false AS mended, street AS spoken FROM held_street
UNION ALL
-- A second spelling in brackets: 화곡로 (Hwagok-ro).
SELECT DISTINCT street, false, words(regexp_extract(street_text, '\(([^)]*)\)', 1))
FROM street
WHERE street IN (SELECT street FROM held_street) AND words(regexp_extract(street_text, '\(([^)]*)\)', 1)) IS NOT NULL;
