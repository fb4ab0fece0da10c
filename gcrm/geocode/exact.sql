-- One row per place whose number and street stand in the reference: the rule that fits best and the address it chose.
CREATE OR REPLACE TEMP TABLE exact AS
WITH known AS (
    SELECT DISTINCT postcode FROM geocode.reference WHERE postcode IS NOT NULL
),

pair AS (
    SELECT
        p.location_id, p.postcode, p.postcode IN (FROM known) AS postcode_known,
        r.reference_id, r.postcode AS reference_postcode, r.lon, r.lat, r.error_m, r.spread_m,
        p.postcode = r.postcode AS same_postcode,
        same_city(p.city, r.city) AS same_city
    FROM place AS p
    INNER JOIN geocode.reference AS r ON r.house_number = p.house_number AND r.street = p.street
    WHERE NOT p.post_box
),

-- A postcode that differs is believed to be a slip where the city agrees, or where nothing speaks for another city:
-- the reference knows the postcode, or one letter changed (or two swapped) gives the right one.
ruled AS (
    SELECT
        location_id, reference_id, lon, lat, error_m, spread_m,
        CASE
            WHEN same_postcode THEN 'postcode_agrees'
            WHEN same_postcode IS NULL AND same_city THEN 'city_agrees'
            WHEN same_postcode IS NULL AND same_city IS NULL THEN 'only_one'
            WHEN NOT same_postcode AND same_city THEN 'postcode_differs'
            WHEN NOT same_postcode AND same_city IS NULL
                AND (postcode_known OR damerau_levenshtein(postcode, reference_postcode) <= 1) THEN 'postcode_differs'
            ELSE 'elsewhere'
        END AS rule
    FROM pair
),

-- Only the best rule of a place counts; within it the lowest reference_id is chosen.
best AS (
    SELECT ruled.location_id, min(rule.rank) AS rank
    FROM ruled
    INNER JOIN rule ON rule.rule = ruled.rule
    GROUP BY ruled.location_id
),

candidate AS (
    SELECT
        ruled.location_id, ruled.rule,
        list({
            'reference_id': reference_id, 'lon': lon, 'lat': lat, 'error_m': error_m, 'spread_m': spread_m
        } ORDER BY reference_id) AS found
    FROM ruled
    INNER JOIN rule ON rule.rule = ruled.rule
    INNER JOIN best ON best.location_id = ruled.location_id AND best.rank = rule.rank
    GROUP BY ruled.location_id, ruled.rule
),

-- Addresses farther apart than one building are different places.
measured AS (
    SELECT
        *,
        list_max(list_transform(
            found, lambda f: f.spread_m + distance_m(f.lon, f.lat, found[1].lon, found[1].lat))) AS apart_m
    FROM candidate
)

SELECT
    location_id,
    CASE WHEN apart_m > $apart_m AND rule <> 'elsewhere' THEN 'several' ELSE rule END AS rule,
    found[1].reference_id AS reference_id,
    found[1].lon AS lon,
    found[1].lat AS lat,
    found[1].error_m - found[1].spread_m + apart_m AS error_m
FROM measured;
