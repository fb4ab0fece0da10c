-- One row per distinct word of the reference's street keys.
CREATE OR REPLACE TEMP TABLE held_word AS
SELECT DISTINCT unnest(string_split(street, ' ')) AS word FROM held_street;
