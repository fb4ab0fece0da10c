-- One row per distinct street text: its key (words in canonical form) and whether it is a post box.
CREATE OR REPLACE TEMP TABLE street AS
WITH said AS (
    SELECT street_text FROM parsed WHERE street_text IS NOT NULL
    UNION
    SELECT crossing.one FROM parsed WHERE crossing IS NOT NULL
    UNION
    SELECT crossing.other FROM parsed WHERE crossing IS NOT NULL
    UNION
    SELECT street FROM pack_range WHERE $held AND street IS NOT NULL
    UNION
    SELECT name FROM pack_street WHERE $held AND name IS NOT NULL
),

folded AS (
    -- A second spelling in brackets is left out where something else stands there. Roads with a number
    -- have several names (CR 12, US-101).
    SELECT
        street_text,
        string_split(
            regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                coalesce(words(regexp_replace(text, '\([^)]*(?:\)|$)', ' ', 'g')), words(text)),
                '(^| )0+([0-9])', '\1\2', 'g'),
                '(^| )(?:cr|co(?:unty)? (?:road|rd)) ([0-9])', '\1county rd \2'),
                '(^| )(?:us|u s) (?:highway |hwy |route |rte )?([0-9])', '\1us hwy \2'),
                '(^| )(?:sr|state (?:highway|hwy|route|rte|road|rd)) ([0-9])', '\1state hwy \2'),
                '([^ ])(?:strasse|str)( |$)', '\1str\2', 'g'),
            ' ') AS words
    FROM (
        SELECT street_text, CASE WHEN lower(street_text[:2]) = 'c/' THEN 'calle ' || street_text[3:] ELSE street_text END AS text
        FROM said
    )
),

token AS (
    SELECT
        street_text,
        unnest(words) AS word,
        unnest(list_concat(words[2:], [''])) AS following,
        generate_subscripts(words, 1) AS position,
        len(words) AS words
    FROM folded
),

-- A compass word is a direction at either end only, and not where it is the name itself ("East Street"). A type ahead of
-- the name is one where there is a name.
canonical AS (
    SELECT
        token.street_text, token.position,
        CASE
            WHEN word.role NOT IN ('direction', 'ahead') THEN word.canonical
            WHEN word.role = 'ahead' AND token.position = 1 AND token.words > 1 THEN word.canonical
            WHEN word.role = 'ahead' THEN NULL
            WHEN token.position = token.words AND token.words > 1 THEN word.canonical
            WHEN token.position = 1 AND token.words > 1 AND following.role IS DISTINCT FROM 'type' THEN word.canonical
        END AS canonical
    FROM token
    INNER JOIN word ON word.word = token.word
    LEFT JOIN word AS following ON following.word = token.following
),

changed AS (
    SELECT street_text, map(list(position), list(canonical)) AS words
    FROM canonical
    WHERE canonical IS NOT NULL
    GROUP BY street_text
)

SELECT
    f.street_text,
    array_to_string(CASE
        WHEN changed.words IS NULL THEN f.words
        ELSE list_transform(f.words, lambda word, i: coalesce(changed.words[i], word))
    END, ' ') AS street,
    regexp_matches(array_to_string(f.words, ' '), $post_box) AS post_box
FROM folded AS f
LEFT JOIN changed ON changed.street_text = f.street_text
WHERE f.words IS NOT NULL;
