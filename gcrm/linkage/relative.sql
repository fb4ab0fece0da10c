-- One row per two surnames at one address that may be of one family: alike, or one is a part of the other.
CREATE OR REPLACE TEMP TABLE relative AS
SELECT a.family_no AS family_a, b.family_no AS family_b
FROM family AS a
INNER JOIN family AS b
    ON b.street = a.street AND b.house_number = a.house_number
    AND b.unit IS NOT DISTINCT FROM a.unit
    AND b.postcode IS NOT DISTINCT FROM a.postcode AND b.city IS NOT DISTINCT FROM a.city
    AND b.family_no > a.family_no
-- Where many surnames live at one address without a unit, only the same surname is a sign.
WHERE a.surnames <= $many AND jaro_winkler_similarity(a.surname, b.surname) >= $likeness
ORDER BY a.family_no, b.family_no;
