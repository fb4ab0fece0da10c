-- One row per street key and way it is said, of the reference or of the questions: the forms by which streets are compared.
CREATE OR REPLACE TEMP TABLE name AS
-- The direction stands at either end, the type at the beginning or at the end of what is left.
WITH last AS (
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
        types, types_ahead, full_types, full_ahead, full_directions
    FROM last
    CROSS JOIN word_form
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
        CASE
            WHEN len(rest) > 1 AND list_contains(types_ahead, rest[1]) THEN rest[1]
            WHEN len(rest) > 1 AND list_contains(types, rest[-1]) THEN rest[-1]
            ELSE ''
        END AS type,
        CASE
            WHEN type = '' THEN rest
            WHEN list_contains(types_ahead, rest[1]) THEN rest[2:]
            ELSE rest[:-2]
        END AS named
    FROM bare
),

formed AS (
    SELECT
        street,
        mended,
        list_sort(list_filter([head, tail], lambda d: d <> '')) AS direction,
        type,
        regexp_replace(
            array_to_string(named, ''), '(.{2})str$', '\1strasse') AS core,
        array_to_string(tokens, '') AS joined,
        regexp_replace(
            coalesce(full_directions[head], '')
            || array_to_string(list_transform(
                rest, lambda t, i: coalesce(CASE WHEN i = 1 THEN full_ahead[t] END, full_types[t], t)), '')
            || coalesce(full_directions[tail], ''),
            '(.{2})str$', '\1strasse') AS spelt,
        array_to_string(regexp_extract_all(array_to_string(tokens, ' '), '[0-9]+'), ' ') AS digits
    FROM typed
),

-- The part by which names differ, without a "strasse" at its end.
stemmed AS (
    SELECT *, regexp_replace(core, 'strasse$', '') AS stem FROM formed
)

-- Two names of the same ending differ by as many letters as their cores do; null where there is more than the ending.
SELECT
    * EXCLUDE (stem),
    CASE
        WHEN starts_with(spelt, stem) AND starts_with(joined, stem)
            THEN concat(substr(spelt, length(stem) + 1), ' ', substr(joined, length(stem) + 1))
    END AS ending
FROM stemmed;
