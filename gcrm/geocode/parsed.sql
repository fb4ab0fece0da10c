-- One row per distinct written address: its parts as text, those that were null split off the whole text.
CREATE OR REPLACE TEMP TABLE parsed AS
WITH spoken AS (
    -- The text to split: the whole address where parts are missing, or a street that may hold the number too.
    SELECT
        *,
        CASE
            WHEN address IS NOT NULL AND (house_number IS NULL OR street IS NULL OR (postcode IS NULL AND city IS NULL))
                THEN address
            WHEN address IS NULL AND house_number IS NULL THEN street
        END AS spoken
    FROM written
),

clean AS (
    -- Folded; commas part segments, # marks a unit, dots end abbreviations (Hauptstr.12) or vanish (N.W., 12.0).
    -- Most texts are clean already: a cheap test saves them the replacements.
    SELECT
        * EXCLUDE (spoken),
        spoken IS NOT NULL AS split,
        CASE
            WHEN regexp_full_match(fold(spoken), '[a-z0-9#/-]+(?:,? [a-z0-9#/-]+)*') THEN fold(spoken)
            ELSE trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                regexp_replace(replace(fold(spoken), '½', ' 1/2'), '[\r\n;|]', ',', 'g'),
                '\([^)]*\)', ' ', 'g'),
                '([0-9])\.0+([a-z]? )', '\1\2'),
                '(\p{L})\. *([0-9])', '\1 \2', 'g'),
                '[.''’‘`´]', '', 'g'),
                '[^\p{L}\p{M}\p{N}#/,-]+', ' ', 'g'),
                ' *,[ ,]*', ', ', 'g'), ' ,')
        END AS text
    FROM spoken
),

parted AS (
    -- Without the country; a comma is set where a text has none.
    SELECT
        * REPLACE (
            CASE
                WHEN contains(text, ',') THEN regexp_replace(text, $country, '')
                ELSE regexp_replace(regexp_replace(regexp_replace(
                    regexp_replace(text, $country, ''),
                    $no_comma_number_last, '\1, \2'),
                    $no_comma_number_first, '\1,\2'),
                    $no_comma_postcode, '\1, \2')
            END AS text)
    FROM clean
),

united AS (
    -- The unit is taken out wherever it ends a segment.
    SELECT
        * REPLACE (
            CASE
                WHEN regexp_matches(text, $unit)
                    THEN trim(regexp_replace(regexp_replace(text, $unit, ', '), ' *,[ ,]*', ', ', 'g'), ' ,')
                ELSE text
            END AS text),
        CASE
            WHEN regexp_matches(text, $unit) THEN regexp_extract(text, $unit, 1) || regexp_extract(text, $unit, 2)
        END AS unit_said
    FROM parted
),

lined AS (
    -- The first line holds the street; a text of only postcode and city has none.
    SELECT
        * REPLACE (
            CASE
                WHEN regexp_full_match(text, $no_street) AND NOT regexp_matches(text, $has_type) THEN ', ' || text
                ELSE regexp_replace(text, $house_name, '\1')
            END AS text)
    FROM united
),

halved AS (
    SELECT
        * EXCLUDE (text),
        trim(split_part(text, ',', 1)) AS line,
        trim(regexp_replace(
            replace(substr(text, strpos(text || ',', ',') + 1), ',', ''), $country_letters, '\1\2')) AS tail
    FROM lined
),

headed AS (
    SELECT
        *,
        regexp_extract(line, $number_first, ['number', 'street']) AS number_first,
        CASE
            WHEN NOT regexp_matches(line, $number_first) AND NOT regexp_matches(line, $numbered_road)
                THEN regexp_extract(line, $number_last, ['street', 'number'])
        END AS number_last,
        regexp_extract(tail, $postcode, 1) AS postcode_said
    FROM halved
),

placed AS (
    -- What is left of the last lines is the city, without the state before or after it.
    SELECT
        *,
        trim(regexp_replace(
            trim(replace(' ' || tail || ' ', ' ' || postcode_said || ' ', ' ')), $state, '')) AS city_said
    FROM headed
)

SELECT
    address, house_number, street, unit, postcode, city, parcel_id, asked,
    coalesce(house_number, nullif(number_first.number, ''), nullif(number_last.number, '')) AS number_text,
    CASE
        WHEN NOT split OR (street IS NOT NULL AND address IS NOT NULL) THEN street
        ELSE coalesce(nullif(number_first.street, ''), nullif(number_last.street, ''), nullif(line, ''))
    END AS street_text,
    coalesce(unit, nullif(unit_said, '')) AS unit_text,
    coalesce(postcode, nullif(postcode_said, '')) AS postcode_text,
    coalesce(city, nullif(city_said, '')) AS city_text
FROM placed;
