-- One row per distinct street key, asked or in the reference, and way to read it: the forms by which streets are compared.
CREATE OR REPLACE TEMP TABLE name AS
WITH list AS (
    SELECT
        list(DISTINCT canonical) FILTER (role = 'type') AS types,
        list(DISTINCT canonical) FILTER (role = 'direction') AS directions
    FROM word
),

-- Every canonical word in full, so that one wrong letter counts as one; the reference says whether `st` is a Strasse.
german AS (
    SELECT
        count(*) FILTER (regexp_matches(street, '[^ ]{2}str( |$)')) > 0.05 * count(*) AS german
    FROM (SELECT DISTINCT street FROM held_street)
),

full_word AS (
    SELECT
        map(list(canonical) FILTER (role = 'type'), list(word) FILTER (role = 'type')) AS full_types,
        map(list(canonical) FILTER (role = 'direction'), list(word) FILTER (role = 'direction')) AS full_directions
    FROM (SELECT
        canonical, role,
        CASE
            WHEN canonical = 'st' AND (SELECT german FROM german) THEN 'strasse'
            ELSE arg_max(word, {'letters': length(word), 'word': word})
        END AS word
    FROM word
    WHERE role IN ('type', 'direction')
    GROUP BY canonical, role)
),

said AS (
    SELECT DISTINCT street, false AS mended, street AS spoken, true AS held FROM held_street
    UNION ALL
    -- A second spelling in brackets: 화곡로 (Hwagok-ro).
    SELECT DISTINCT street, false, words(regexp_extract(street_text, '\(([^)]*)\)', 1)), true
    FROM street
    WHERE street IN (SELECT street FROM held_street) AND words(regexp_extract(street_text, '\(([^)]*)\)', 1)) IS NOT NULL
    UNION ALL
    SELECT DISTINCT street, false, street, false FROM open WHERE street IS NOT NULL
    UNION ALL
    SELECT street, true, string_agg(coalesce(mend.canonical, token), ' ' ORDER BY position), false
    FROM (
        SELECT
            street,
            unnest(string_split(street, ' ')) AS token,
            generate_subscripts(string_split(street, ' '), 1) AS position
        FROM (SELECT DISTINCT street FROM open)
    )
    LEFT JOIN mend ON mend.word = token AND position > 1
    GROUP BY street
    HAVING count(mend.word) > 0
    UNION ALL
    SELECT street, true, mend.canonical, false
    FROM (SELECT DISTINCT street FROM open)
    INNER JOIN mend ON mend.word = street
    WHERE contains(mend.canonical, ' ')
),

-- The direction stands at either end, the type at the end of what is left.
last AS (
    SELECT *, string_split(spoken, ' ') AS tokens
    FROM said
),

tailed AS (
    SELECT
        last.*,
        CASE WHEN len(tokens) > 1 AND list_contains(directions, tokens[-1]) THEN tokens[-1] ELSE '' END AS tail,
        CASE
            WHEN len(tokens) > 2 AND list_contains(directions, tokens[1]) AND NOT list_contains(types, tokens[2])
                THEN tokens[1]
            ELSE ''
        END AS head,
        types
    FROM last
    CROSS JOIN list
),

bare AS (
    SELECT
        * EXCLUDE (tokens),
        tokens,
        tokens[CASE WHEN head = '' THEN 1 ELSE 2 END:len(tokens) - CASE WHEN tail = '' THEN 0 ELSE 1 END] AS rest
    FROM tailed
),

typed AS (
    SELECT
        *,
        CASE WHEN len(rest) > 1 AND list_contains(types, rest[-1]) THEN rest[-1] ELSE '' END AS type
    FROM bare
)

SELECT
    street,
    mended,
    held,
    list_sort(list_filter([head, tail], lambda d: d <> '')) AS direction,
    type,
    regexp_replace(
        array_to_string(CASE WHEN type = '' THEN rest ELSE rest[:-2] END, ''), '(.{2})str$', '\1strasse') AS core,
    array_to_string(tokens, '') AS joined,
    regexp_replace(
        coalesce(full_directions[head], '')
        || array_to_string(list_transform(rest, lambda t: coalesce(full_types[t], t)), '')
        || coalesce(full_directions[tail], ''),
        '(.{2})str$', '\1strasse') AS spelt,
    array_to_string(regexp_extract_all(array_to_string(tokens, ' '), '[0-9]+'), ' ') AS digits
FROM typed
CROSS JOIN full_word;
