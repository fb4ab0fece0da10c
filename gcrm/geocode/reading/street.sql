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
    -- A second spelling in brackets is left out where something else stands there.
    SELECT
        street_text,
        string_split(
            regexp_replace(regexp_replace(
                coalesce(words(regexp_replace(street_text, '\([^)]*(?:\)|$)', ' ', 'g')), words(street_text)),
                '(^| )0+([0-9])', '\1\2', 'g'),
                '([^ ])(?:strasse|str)( |$)', '\1str\2', 'g'),
            ' ') AS words
    FROM said
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

-- A compass word is a direction at either end only, and not where it is the name itself ("East Street").
canonical AS (
    SELECT
        token.*,
        coalesce(CASE
            WHEN word.role IS DISTINCT FROM 'direction' THEN word.canonical
            WHEN token.position = token.words AND token.words > 1 THEN word.canonical
            WHEN token.position = 1 AND token.words > 2 AND following.role IS DISTINCT FROM 'type' THEN word.canonical
        END, token.word) AS canonical
    FROM token
    LEFT JOIN word ON word.word = token.word
    LEFT JOIN word AS following ON following.word = token.following
)

SELECT
    street_text,
    string_agg(canonical, ' ' ORDER BY position) AS street,
    regexp_matches(
        string_agg(word, ' ' ORDER BY position),
        $post_box
    ) AS post_box
FROM canonical
GROUP BY street_text;
