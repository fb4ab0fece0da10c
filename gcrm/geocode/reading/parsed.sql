-- One row per distinct written address: its parts as text, those that were null split off the whole text.
CREATE OR REPLACE TEMP TABLE parsed AS
WITH spoken AS (
    -- The text to split: the whole address where parts are missing, or a street that may hold the number too.
    SELECT
        * EXCLUDE (text),
        text IS DISTINCT FROM address AS again,
        CASE
            WHEN address IS NOT NULL
                AND (own_number IS NULL OR own_street IS NULL OR (own_postcode IS NULL AND own_city IS NULL))
                THEN text
            WHEN address IS NULL AND own_number IS NULL THEN own_street
        END AS spoken
    FROM arranged
),

clean AS (
    -- Folded; commas part segments, # marks a unit, dots end abbreviations (Hauptstr.12) or vanish (N.W., 12.0).
    -- Most texts are clean already: a cheap test saves them the replacements.
    SELECT
        *,
        spoken IS NOT NULL AS split,
        CASE
            WHEN regexp_full_match(fold(spoken), '[a-z0-9#/-]+(?:,? [a-z0-9#/-]+)*') THEN fold(spoken)
            ELSE trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                regexp_replace(regexp_replace(
                    translate(replace(fold(spoken), '½', ' 1/2'), '‐‑–—−', '-----'), '[\r\n;|]|//', ',', 'g'),
                    '([0-9] ?[a-z]?) ?[+] ?([0-9])', '\1-\2'),
                '\(([0-9]{5})\)|\([^)]*\)', ' \1 ', 'g'),
                '([0-9])\.0+([a-z]?(?:[ ,]|$))', '\1\2'),
                '([a-z\x{80}-\x{10ffff}])\. *([0-9])', '\1 \2', 'g'),
                '[.''’‘`´]', '', 'g'),
                '[\x00-"$%''-+.:-?\[-`{-\x7f' || marks() || ']+', ' ', 'g'),
                ' *,[ ,]*', ', ', 'g'), ' ,')
        END AS text
    FROM spoken
),

-- The words that were said, those in brackets last; `text` is put into another order and loses some of them. Beside
-- Hangul, brackets hold a second spelling.
heard AS (
    SELECT
        * EXCLUDE (spoken),
        CASE
            WHEN again THEN words(address)
            WHEN contains(spoken, '(') AND NOT regexp_matches(spoken, '[가-힣]')
                THEN concat_ws(' ', text, fold(array_to_string(regexp_extract_all(spoken, '\(([^)]*)\)', 1), ' ')))
            ELSE coalesce(nullif(text, ''), spoken)
        END AS said
    FROM clean
),

-- Words around the number and the name, and numbers that stand apart from their street or not apart enough. Few texts have
-- any of it.
plain AS (
    SELECT
        * REPLACE (
            CASE
                WHEN regexp_matches(text, $unusual)
                    THEN trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                        regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                        regexp_replace(regexp_replace(regexp_replace(text, $care_of, '', 'g'),
                        $no_number, '\1'),
                        $box_behind, '\1,'),
                        $number_word, ' \1\2'),
                        $number_word_first, '\1 '),
                        '(^|[ ,])cep ?([0-9])', '\1\2'),
                        '^c/ ?', 'calle '),
                        $side, '\1\2'),
                        $inside, '\1# \2\3', 'g'),
                        $inside_behind, '\1 # \2\3'),
                        $number_joined, '\1 \2\3'),
                        $postcode_joined, '\1\2 \3'),
                        $number_behind, '\1 \2\4\3'),
                        $number_apart, '\1 \2'),
                        $square, '\1 \2\3'),
                        $unit_slash, 'unit \1, \2'),
                        $korean_lot, '\2 \3, \1'), ' ,')
                ELSE text
            END AS text)
    FROM heard
),

-- Behind a Brazilian street and its number the quarter stands before the city, and the state behind it.
southern AS (
    SELECT
        * REPLACE (
            CASE
                WHEN regexp_matches(text, $southern)
                    THEN regexp_replace(regexp_replace(
                        regexp_replace(replace(regexp_replace(text, $country, ''), ' - ', ', '), $brazilian_state, '\1', 'g'),
                        $brazilian_bare, '\1, \2'),
                        $brazilian, '\1\2, \3\4')
                ELSE text
            END AS text)
    FROM plain
),

-- A unit between other words is parted from them; of several house numbers the first one counts.
listed AS (
    SELECT
        * REPLACE (
            CASE
                WHEN unlisted
                    THEN regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                        text, $unit_first, '\2'),
                        $unit_within, '\1, \2, \3'),
                        $direction_apart, '\1 \2\3, '),
                        $number_list, '\1 ')
                ELSE text
            END AS text),
        CASE WHEN unlisted THEN regexp_extract(text, $unit_first, 1) ELSE '' END AS unit_first
    FROM (SELECT *, regexp_matches(text, $unlisted) AS unlisted FROM southern)
),

-- Addresses that begin with the largest place (Korea) are put into the order of the others.
ordered AS (
    SELECT
        * REPLACE (
            CASE
                WHEN regexp_matches(text, '[가-힣0-9](?:로|길)')
                    THEN replace(trim(regexp_replace(
                        regexp_replace(text, '([가-힣]로) ([0-9]+[가-힣]?길)', '\1\2', 'g'),
                        $korean, '\2 \3, #\4, \1 \5'), ' ,#'), ', #,', ',')
                ELSE text
            END AS text)
    FROM listed
),

parted AS (
    -- Without the country; a comma is set where a text has none.
    SELECT
        * REPLACE (
            CASE
                WHEN contains(text, ',') THEN regexp_replace(text, $country, '')
                ELSE regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                    regexp_replace(text, $country, ''),
                    $no_comma_number_last, '\1, \2'),
                    $no_comma_no_city, '\1,\2'),
                    $no_comma_city, '\1,\2'),
                    $no_comma_number_first, '\1,\2'),
                    $no_comma_postcode, '\1, \2')
            END AS text)
    FROM ordered
),

-- The unit is taken out wherever it ends a segment.
said_unit AS (
    SELECT *, regexp_extract(text, $unit, 1) AS unit_found FROM parted
),

united AS (
    SELECT
        * EXCLUDE (unit_found) REPLACE (
            CASE
                WHEN unit_found <> ''
                    THEN trim(regexp_replace(regexp_replace(text, $unit, ', '), ' *,[ ,]*', ', ', 'g'), ' ,')
                ELSE text
            END AS text),
        CASE
            WHEN unit_first <> '' OR unit_found <> ''
                THEN trim(regexp_replace(coalesce(nullif(unit_first, ''), unit_found), $unit_word, ' ', 'g'))
        END AS unit_said
    FROM said_unit
),

lined AS (
    -- The first line holds the street; a text of only postcode and city has none.
    SELECT
        * REPLACE (
            CASE
                WHEN regexp_full_match(text, $no_street)
                    AND NOT regexp_matches(text, $has_type) AND NOT regexp_matches(text, $street_like)
                    AND own_postcode IS NULL THEN ', ' || text
                WHEN house_named IS NOT NULL THEN regexp_replace(text, $house_named, '\2')
                ELSE regexp_replace(text, $house_name, '\1')
            END AS text)
    FROM (
        SELECT
            *,
            CASE
                WHEN regexp_matches(text, $house_named) AND NOT regexp_matches(split_part(text, ',', 1), $has_type)
                    THEN regexp_extract(text, $house_named, 1)
            END AS house_named
        FROM united
    )
),

halved AS (
    SELECT
        * EXCLUDE (text),
        trim(split_part(text, ',', 1)) AS line,
        trim(regexp_replace(
            replace(substr(text, strpos(text || ',', ',') + 1), ',', ''), $country_letters, '\1\2')) AS tail
    FROM lined
),

-- "9 de Julio 1234" begins with a number that is the street's.
begun AS (
    SELECT
        *,
        CASE
            WHEN NOT regexp_matches(line, $dated) THEN regexp_extract(line, $number_first, ['number', 'street'])
        END AS number_first
    FROM halved
),

headed AS (
    SELECT
        *,
        CASE
            WHEN number_first IS NULL OR (number_first.number = '' AND NOT regexp_matches(line, $numbered_road))
                THEN regexp_extract(line, $number_last, ['street', 'number'])
        END AS number_last,
        coalesce(
            nullif(regexp_extract(tail, $postcode, 1), ''),
            nullif(regexp_extract(tail, $short_postcode, 1), ''),
            regexp_extract(tail, $half_postcode, 1)) AS postcode_said
    FROM begun
),

placed AS (
    -- What is left of the last lines is the city, without the state before or after it.
    SELECT
        *,
        trim(regexp_replace(
            trim(replace(' ' || tail || ' ', ' ' || postcode_said || ' ', ' '), ' -'), $state, ''), ' -') AS city_said
    FROM headed
),

parts AS (
    SELECT
        address, house_number, street, unit, postcode, city, parcel_id, swapped, split, said,
        coalesce(own_number, nullif(number_first.number, ''), nullif(number_last.number, ''), house_named) AS number_text,
        CASE
            WHEN NOT split OR (own_street IS NOT NULL AND address IS NOT NULL) THEN own_street
            ELSE coalesce(nullif(number_first.street, ''), nullif(number_last.street, ''), nullif(line, ''))
        END AS street_text,
        coalesce(unit, nullif(unit_said, '')) AS unit_text,
        coalesce(own_postcode, nullif(postcode_said, '')) AS postcode_text,
        coalesce(own_city, nullif(city_said, '')) AS city_text
    FROM placed
),

-- Words that are in no part; the punctuation that is left in a cleaned text parts them.
spared AS (
    SELECT
        *,
        CASE
            WHEN split THEN list_filter(
                string_split(translate(said, '#/,&@-', '      '), ' '),
                lambda w: w <> '' AND NOT list_contains(taken, w))
            ELSE []
        END AS left_over
    FROM (
        SELECT
            *,
            CASE
                WHEN split THEN string_split(translate(
                    concat_ws(' ', lower(number_text), street_text, unit_text, postcode_text, city_text),
                    '#/,&@-', '      '), ' ')
            END AS taken
        FROM parts
    )
)

-- What is in no part, and no word for the country, the state, a unit or "number", could not be understood.
SELECT
    * EXCLUDE (split, said, taken, left_over),
    CASE
        WHEN number_text IS NULL AND regexp_matches(lower(street_text), $crossing)
            THEN regexp_extract(lower(street_text), $crossing, ['one', 'other'])
    END AS crossing,
    CASE
        WHEN NOT split THEN NULL
        WHEN street_text IS NULL AND postcode_text IS NULL AND city_text IS NULL THEN said
        WHEN len(left_over) = 0 THEN NULL
        ELSE nullif(array_to_string(list_filter(
            left_over,
            lambda w: NOT list_contains(string_split(words(array_to_string(taken, ' ')), ' '), w)
                AND NOT regexp_full_match(w, $small_word)), ' '), '')
    END AS not_understood
FROM spared;
