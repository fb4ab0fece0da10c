-- One row per distinct written address: its parts in the columns they belong to, where they stood in each other's.
CREATE OR REPLACE TEMP TABLE arranged AS
WITH looked_at AS (
    SELECT
        *,
        regexp_full_match(house_number, $number_like) AS number_numbers,
        regexp_full_match(street, $number_like) AS street_numbers,
        regexp_full_match(postcode, $number_like) AS postcode_numbers,
        regexp_full_match(lower(house_number), $postcode_like) AS number_postcodes,
        regexp_full_match(lower(street), $postcode_like) AS street_postcodes,
        regexp_full_match(lower(postcode), $postcode_like) AS postcode_postcodes,
        regexp_full_match(lower(city), $postcode_like) AS city_postcodes,
        regexp_matches(lower(street), $street_like) AS street_streets,
        regexp_matches(lower(city), $street_like) AS city_streets
    FROM written
),

judged AS (
    SELECT
        *,
        CASE
            WHEN NOT number_numbers AND street_numbers THEN 'number and street'
            WHEN coalesce(NOT postcode_postcodes, true) AND city_postcodes THEN 'postcode and city'
            WHEN coalesce(NOT postcode_postcodes, true) AND street_postcodes AND NOT street_numbers
                THEN 'street and postcode'
            -- A number of four digits is one, unless what stands for the postcode could hardly be a postcode with a slip.
            WHEN number_postcodes AND postcode_numbers AND NOT postcode_postcodes
                AND (length(trim(house_number)) >= 5 OR length(trim(postcode)) <= 2) THEN 'number and postcode'
            WHEN city_streets AND NOT street_streets THEN 'street and city'
        END AS swapped
    FROM looked_at
)

SELECT
    address, house_number, street, unit, postcode, city, parcel_id,
    address AS text,
    swapped,
    CASE swapped
        WHEN 'number and street' THEN street
        WHEN 'number and postcode' THEN postcode
        ELSE house_number
    END AS own_number,
    CASE swapped
        WHEN 'number and street' THEN house_number
        WHEN 'street and postcode' THEN postcode
        WHEN 'street and city' THEN city
        ELSE street
    END AS own_street,
    CASE swapped
        WHEN 'postcode and city' THEN city
        WHEN 'street and postcode' THEN street
        WHEN 'number and postcode' THEN house_number
        ELSE postcode
    END AS own_postcode,
    CASE swapped
        WHEN 'postcode and city' THEN postcode
        WHEN 'street and city' THEN street
        ELSE city
    END AS own_city
FROM judged;
