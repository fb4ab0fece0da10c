-- One row per text that the patterns do not take apart as a whole, or of which the reference knows neither postcode nor city.
CREATE OR REPLACE TEMP TABLE unclear AS
WITH read AS (
    SELECT
        p.address, p.number_text, p.street_text, s.street,
        coalesce(postcode_key(p.postcode_text) NOT IN (FROM held_postcode), true) AS no_postcode,
        coalesce(city_key(p.city_text) NOT IN (FROM held_city), true) AS no_city
    FROM parsed AS p
    LEFT JOIN street AS s ON s.street_text = p.street_text
    WHERE p.address IS NOT NULL
        AND p.crossing IS NULL
        AND coalesce(p.house_number, p.street, p.unit, p.postcode, p.city, p.parcel_id) IS NULL
),

-- Joined from the few that are asked for: the streets of the reference are not grouped for them.
known AS (
    SELECT r.street
    FROM (SELECT DISTINCT street FROM read WHERE no_city) AS r
    SEMI JOIN held_reach AS h ON h.street = r.street
)

SELECT address
FROM read
WHERE number_text IS NULL OR street_text IS NULL
    OR (no_postcode AND no_city)
    -- "12 Calle Mayor Madrid": the street's last words may be the city.
    OR (no_city
        AND street NOT IN (FROM known)
        AND list_has_any(
            list_transform([1, 2, 3], lambda n: array_to_string(string_split(regexp_replace(words(street_text), $state, ''), ' ')[-n:], ' ')),
            (SELECT list(city) FROM held_city)));
