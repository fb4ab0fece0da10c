-- One row per street key of the reference that is written with a comma (Elm Court, Oak Road): the key of what stands before
-- it, the words behind it, and how many they are.
CREATE OR REPLACE TEMP TABLE held_block AS
WITH parted AS (
    SELECT DISTINCT
        street,
        string_split(words(split_part(street_text, ',', 1)), ' ') AS before,
        words(substr(street_text, strpos(street_text, ',') + 1)) AS rest
    FROM street
    WHERE contains(street_text, ',') AND street IN (SELECT street FROM held_street)
)

-- A key has a word for each that was written.
SELECT
    street,
    array_to_string(string_split(street, ' ')[1:len(before)], ' ') AS block,
    array_to_string(string_split(street, ' ')[len(before) + 1:], ' ') AS rest_key,
    rest,
    split_part(rest, ' ', 1) AS rest_begins,
    len(string_split(rest, ' ')) AS rest_words
FROM parted
WHERE before IS NOT NULL AND rest IS NOT NULL
    AND len(string_split(street, ' ')) = len(before) + len(string_split(rest, ' '));
