-- One row per question whose number and street stand in the reference: the rule that fits best and the address it chose.
CREATE OR REPLACE TEMP TABLE exact AS
WITH pair AS (
    SELECT
        q.query_no, r.reference_id, r.lon, r.lat, r.spread_m, q.postcode, r.postcode AS reference_postcode,
        q.postcode IN (FROM held_postcode) AS postcode_known,
        q.postcode = r.postcode AS same_postcode,
        same_city(q.city, r.city) AS same_city
    FROM query AS q
    INNER JOIN geocode.reference AS r ON r.house_number = q.house_number AND r.street = q.street
),

-- A postcode that differs is believed to be a slip where the city agrees, or where nothing speaks for another city:
-- the reference knows the postcode, or one letter changed (or two swapped) gives the right one.
ruled AS (
    SELECT
        query_no, reference_id, lon, lat, spread_m,
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

ranked AS (
    SELECT ruled.*, rule.rank
    FROM ruled
    INNER JOIN rule ON rule.rule = ruled.rule
),

-- Only the best rule counts; of the addresses it fits the lowest reference_id is chosen.
best AS (
    SELECT query_no, min({'rank': rank, 'reference_id': reference_id}) AS best, count(*) AS found
    FROM ranked
    GROUP BY query_no
),

-- Addresses farther apart than one building are different places.
wide AS (
    SELECT
        best.query_no, max(distance_m(ranked.lon, ranked.lat, chosen.lon, chosen.lat) + ranked.spread_m) AS apart_m
    FROM best
    INNER JOIN ranked ON ranked.query_no = best.query_no AND ranked.rank = best.best.rank
    INNER JOIN geocode.reference AS chosen ON chosen.reference_id = best.best.reference_id
    WHERE best.found > 1
    GROUP BY best.query_no
),

chosen AS (
    SELECT
        best.query_no, rule.rule, r.reference_id, r.lon, r.lat, r.address,
        r.error_m - r.spread_m AS error_m,
        coalesce(wide.apart_m, 0) > $apart_m OR r.scattered AS several,
        coalesce(wide.apart_m, r.spread_m) AS apart_m
    FROM best
    INNER JOIN rule ON rule.rank = best.best.rank
    INNER JOIN geocode.reference AS r ON r.reference_id = best.best.reference_id
    LEFT JOIN wide ON wide.query_no = best.query_no
)

SELECT
    query_no,
    CASE WHEN several AND rule <> 'elsewhere' THEN 'several' ELSE rule END AS rule,
    lon, lat,
    round(error_m + apart_m, 1) AS error_m,
    address
FROM chosen;
