-- One row per place without a given point: the rule that decided it, and its point where there is one.
CREATE OR REPLACE TEMP TABLE match AS
WITH answer AS (
    SELECT e.location_id, e.rule, e.lon, e.lat, e.error_m, r.address
    FROM exact AS e
    INNER JOIN geocode.reference AS r ON r.reference_id = e.reference_id
    UNION ALL
    SELECT location_id, rule, lon, lat, error_m, address FROM near
    UNION ALL
    SELECT p.location_id, 'parcel', parcel.lon, parcel.lat, parcel.error_m, NULL
    FROM place AS p
    INNER JOIN parcel_point AS parcel ON parcel.parcel_id = p.parcel_id
    UNION ALL
    SELECT
        location_id,
        CASE
            WHEN post_box THEN 'post_box'
            WHEN address IS NULL THEN 'no_address'
            WHEN street IS NULL AND postcode IS NULL THEN 'not_understood'
            ELSE 'not_in_reference'
        END,
        NULL, NULL, NULL, NULL
    FROM place
),

best AS (
    SELECT
        answer.location_id,
        min({
            'rank': rule.rank, 'error_m': answer.error_m, 'lon': answer.lon, 'lat': answer.lat,
            'address': answer.address
        }) AS answer
    FROM answer
    INNER JOIN rule ON rule.rule = answer.rule
    GROUP BY answer.location_id
)

-- A rule without a level gives no point.
SELECT
    best.location_id,
    rule.rule, rule.match_level, rule.status, rule.confidence,
    CASE WHEN rule.match_level IS NOT NULL THEN best.answer.lon END AS lon,
    CASE WHEN rule.match_level IS NOT NULL THEN best.answer.lat END AS lat,
    CASE WHEN rule.match_level IS NOT NULL THEN best.answer.error_m END AS error_m,
    best.answer.address AS matched_address
FROM best
INNER JOIN rule ON rule.rank = best.answer.rank;
