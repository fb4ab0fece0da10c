-- One row per distinct place that has no given point: its parts as written, and the keys by which it is looked for.
CREATE OR REPLACE TEMP TABLE place AS
SELECT
    location_id,
    min(location_check) AS location_check,
    max(location_check) AS other_check,
    min(coalesce(address, nullif(trim(concat_ws(
        ', ', nullif(concat_ws(' ', house_number, street, unit), ''),
        nullif(concat_ws(' ', postcode, city), ''))), ''))) AS address,
    min(number_text) AS number_text,
    min(street_text) AS street_text,
    min(unit_text) AS unit_text,
    min(postcode_text) AS postcode_text,
    min(city_text) AS city_text,
    min(not_understood) AS not_understood,
    any_value(number_key) AS house_number,
    any_value(street_key) AS street,
    any_value(postcode_key) AS postcode,
    any_value(city_key) AS city,
    any_value(parcel_id) AS parcel_id,
    max(crossing) AS crossing,
    bool_or(post_box) AS post_box,
    bool_or(swapped IS NOT NULL) AS swapped
FROM address
GROUP BY location_id;
