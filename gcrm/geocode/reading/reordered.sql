-- One row per text that the patterns do not take apart as a whole: its street line, postcode and city in the usual order,
-- told by the postcodes and cities of the reference.
CREATE OR REPLACE TEMP TABLE reordered AS
-- Words, and commas as words of their own.
WITH worded AS (
    SELECT
        address,
        list_filter(string_split(regexp_replace(regexp_replace(regexp_replace(
            fold(address), '[\r\n;|,]', ' , ', 'g'),
            '[.''’‘`´]', '', 'g'),
            '[\x00-"$-+:-@\[-`{-\x7f' || marks() || ']+', ' ', 'g'), ' '), lambda w: w <> '') AS words
    FROM unclear
),

spot AS (
    SELECT address, words, unnest(range(1, len(words) + 1))::INTEGER AS place
    FROM worded
    WHERE len(words) <= 40
),

span AS (
    SELECT address, words, place, place + size - 1 AS last, size, array_to_string(words[place:place + size - 1], ' ') AS said
    FROM spot
    CROSS JOIN (SELECT unnest([1, 2, 3, 4])::INTEGER AS size)
    WHERE place + size - 1 <= len(words) AND NOT list_contains(words[place:place + size - 1], ',')
),

-- A postcode of the reference; else what looks like one, where another number is left for the house. At the beginning a
-- number is the house's, unless a city follows.
postcode AS (
    SELECT
        address,
        max({'known': postcode_key(said) IN (FROM held_postcode), 'size': size, 'place': place, 'last': last}) AS found
    FROM span
    WHERE size <= 2 AND regexp_matches(said, '[0-9]') AND length(said) >= 3
        AND (place > 1 OR words[last + 1] = ',' OR words[last + 1] IN (SELECT split_part(city, ' ', 1) FROM held_city))
        AND (
            postcode_key(said) IN (FROM held_postcode)
            OR (regexp_full_match(said, $postcode_like)
                AND len(list_filter(words[:place - 1], lambda w: regexp_matches(w, '^[0-9]')))
                    + len(list_filter(words[last + 1:], lambda w: regexp_matches(w, '^[0-9]'))) > 0)
        )
    GROUP BY address
),

-- A city stands between commas, the postcode and the ends; or at least ends there, or before its state.
bounded AS (
    SELECT
        span.address, span.size, span.place, span.last,
        span.last = len(span.words) OR span.words[span.last + 1] = ',' OR span.last + 1 = postcode.found.place
            OR (regexp_full_match(span.words[span.last + 1], $state)
                AND (span.last + 1 = len(span.words) OR span.last + 2 = postcode.found.place)) AS ends,
        span.place = 1 OR span.words[span.place - 1] = ',' OR span.place - 1 = postcode.found.last AS begins,
        span.place - 1 = postcode.found.last AS after_postcode
    FROM span
    LEFT JOIN postcode ON postcode.address = span.address
    WHERE NOT coalesce(span.place <= postcode.found.last AND span.last >= postcode.found.place, false)
        AND city_key(span.said) IN (FROM held_city)
),

city AS (
    SELECT
        address,
        max({'alone': begins AND ends, 'size': size, 'place': place, 'last': last}) AS found
    FROM bounded
    WHERE coalesce(ends OR after_postcode, ends)
    GROUP BY address
),

rest AS (
    SELECT
        w.address,
        array_to_string(w.words[postcode.found.place:postcode.found.last], ' ') AS postcode,
        array_to_string(w.words[city.found.place:city.found.last], ' ') AS city,
        list_filter(
            list_transform(
                string_split(array_to_string(list_transform(w.words, lambda word, i: CASE
                    WHEN coalesce(i BETWEEN postcode.found.place AND postcode.found.last, false)
                        OR coalesce(i BETWEEN city.found.place AND city.found.last, false) THEN ','
                    ELSE word
                END), ' '), ','),
                lambda part: trim(part)),
            lambda part: part <> '') AS parts
    FROM worded AS w
    LEFT JOIN postcode ON postcode.address = w.address
    LEFT JOIN city ON city.address = w.address
    WHERE postcode.found.known OR city.found IS NOT NULL
),

-- The line with the number; or a number between commas, and the line before or after it.
lined AS (
    SELECT
        *,
        list_filter(parts, lambda part:
            list_bool_or(list_transform(string_split(part, ' '), lambda word: regexp_full_match(word, $number_like)))
            AND regexp_matches(part, '[^0-9 /#-]{2}') AND NOT regexp_full_match(part, $unit)) AS whole,
        list_position(list_transform(parts, lambda part: regexp_full_match(part, $number_like)), true) AS number_at
    FROM rest
)

-- A text of postcode and city only has no line; a street that is called like a city is one.
SELECT
    address, postcode, city,
    coalesce(list_bool_and(list_transform(parts, lambda part: regexp_full_match(part, $small_word))), true) AS alone,
    concat_ws(
        ', ',
        coalesce(whole[1], parts[number_at] || ' ' || coalesce(parts[nullif(number_at - 1, 0)], parts[number_at + 1])),
        list_filter(parts, lambda part: regexp_full_match(part, $unit) AND part IS DISTINCT FROM whole[1])[1],
        nullif(concat_ws(' ', postcode, city), '')) AS text
FROM lined
WHERE (alone AND address NOT IN (
        SELECT p.address
        FROM parsed AS p
        INNER JOIN street AS s ON s.street_text = p.street_text
        INNER JOIN held_reach AS h ON h.street = s.street
        WHERE p.address IS NOT NULL
    ))
    OR coalesce(whole[1], parts[number_at] || coalesce(parts[nullif(number_at - 1, 0)], parts[number_at + 1])) IS NOT NULL;
