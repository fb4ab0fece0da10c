-- One row per word and field: how many distinct names of streets or cities hold it.
CREATE OR REPLACE TEMP TABLE packed_vocabulary AS
WITH name AS (
    SELECT DISTINCT 'street' AS field, words(street) AS name FROM seen WHERE street IS NOT NULL
    UNION ALL
    SELECT DISTINCT 'city', words(name) FROM packed_place
),

token AS (
    SELECT DISTINCT field, name, unnest(string_split(name, ' ')) AS token FROM name WHERE name IS NOT NULL
)

SELECT token, field, count(*) AS count
FROM token
GROUP BY token, field;
