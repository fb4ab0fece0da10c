-- One row: the words that are types and directions of streets, and the longest spelling of each.
CREATE OR REPLACE TEMP TABLE word_form AS
WITH german AS (
    -- The reference says whether `st` is a Strasse.
    SELECT
        count(*) FILTER (regexp_matches(street, '[^ ]{2}str( |$)')) > 0.05 * count(*) AS german
    FROM (SELECT DISTINCT street FROM held_street)
),

full_word AS (
    SELECT
        canonical, role,
        CASE
            WHEN canonical = 'st' AND (SELECT german FROM german) THEN 'strasse'
            ELSE arg_max(word, {'letters': length(word), 'word': word})
        END AS word
    FROM word
    WHERE role IN ('type', 'direction')
    GROUP BY canonical, role
)

SELECT
    list(DISTINCT canonical) FILTER (role = 'type') AS types,
    list(DISTINCT canonical) FILTER (role = 'direction') AS directions,
    map(list(canonical) FILTER (role = 'type'), list(word) FILTER (role = 'type')) AS full_types,
    map(list(canonical) FILTER (role = 'direction'), list(word) FILTER (role = 'direction')) AS full_directions
FROM full_word;
