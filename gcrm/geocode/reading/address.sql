-- One row per distinct written address: keys of its parts, and the location_id of the place it stands for.
CREATE OR REPLACE TEMP TABLE address AS
WITH keyed AS (
    SELECT
        p.address, p.house_number, p.street, p.unit, p.postcode, p.city, p.parcel_id, p.swapped,
        p.number_text, p.street_text, p.unit_text, p.postcode_text, p.city_text, p.not_understood,
        number_key(p.number_text) AS number_key,
        s.street AS street_key,
        words(p.unit_text) AS unit_key,
        postcode_key(p.postcode_text) AS postcode_key,
        city_key(p.city_text) AS city_key,
        CASE WHEN one.street <> other.street THEN [one.street, other.street] END AS crossing,
        coalesce(s.post_box, regexp_matches(words(p.number_text), $post_box), false) AS post_box
    FROM parsed AS p
    LEFT JOIN street AS s ON s.street_text = p.street_text
    LEFT JOIN street AS one ON one.street_text = p.crossing.one
    LEFT JOIN street AS other ON other.street_text = p.crossing.other
),

-- Keys hold letters, digits, blanks, / and - only; what could not be read is told apart by its text. A day that stands in
-- the place of a number could not be understood.
identified AS (
    SELECT
        * REPLACE (
            CASE
                WHEN starts_with(number_key, 'day ') THEN concat_ws(' ', words(number_text), not_understood)
                ELSE not_understood
            END AS not_understood),
        concat_ws(
            chr(31), 'address',
            coalesce(number_key, ''), coalesce(street_key, ''), coalesce(unit_key, ''),
            coalesce(postcode_key, ''), coalesce(city_key, ''), coalesce(replace(parcel_id, chr(31), ' '), ''),
            CASE
                WHEN street_key IS NULL AND postcode_key IS NULL
                    THEN lower(joined(address, house_number, street, unit, postcode, city))
            END) AS identity
    FROM keyed
)

SELECT
    * EXCLUDE (identity),
    place_hash(identity) AS location_id,
    place_check(identity) AS location_check
FROM identified;
