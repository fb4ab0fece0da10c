-- One row: the words that are types and directions of streets, and the longest spelling of each; types that stand ahead
-- of names where streets are called so, and how they are written in full.
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
),

-- "Avenue C" and "Court Street" are called so in English, too: only where they are many, beginnings are types.
beginning AS (
    SELECT split_part(street, ' ', 1) AS word, count(*) AS streets
    FROM (SELECT DISTINCT street FROM held_street WHERE contains(street, ' '))
    GROUP BY ALL
),

ahead AS (
    SELECT coalesce(list(DISTINCT canonical), []) AS types_ahead
    FROM word
    WHERE (role = 'ahead' OR canonical IN ('ave', 'blvd', 'pl', 'plz', 'sq', 'rte'))
        AND canonical IN (SELECT word FROM beginning)
        AND (
            SELECT sum(streets) FILTER (word IN (SELECT canonical FROM word WHERE role = 'ahead')) > 0.25 * sum(streets)
            FROM beginning
        )
),

-- In full as the reference writes them: "calle" in Spain, "carrer" in Catalonia.
written AS (
    SELECT word.canonical, arg_max(word.word, {'letters': length(word.word), 'word': word.word}) AS word
    FROM street AS s
    INNER JOIN word ON word.word = split_part(words(s.street_text), ' ', 1)
    WHERE s.street IN (SELECT street FROM held_street)
        AND list_contains((FROM ahead), word.canonical)
    GROUP BY word.canonical
)

-- Where types stand ahead, few stand behind: in "Laurier Est" it is the east.
SELECT
    list(DISTINCT canonical) FILTER (
        role = 'type' AND (SELECT types_ahead = [] OR list_contains(types_ahead, canonical) FROM ahead)) AS types,
    list(DISTINCT canonical) FILTER (role = 'direction') AS directions,
    (FROM ahead) AS types_ahead,
    (SELECT map(list(canonical), list(word)) FROM written) AS full_ahead,
    map(list(canonical) FILTER (role = 'type'), list(word) FILTER (role = 'type')) AS full_types,
    map(list(canonical) FILTER (role = 'direction'), list(word) FILTER (role = 'direction')) AS full_directions
FROM full_word;
