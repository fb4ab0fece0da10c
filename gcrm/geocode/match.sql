-- One row per place without a given point: the rule that decided it, and its point where there is one.
CREATE OR REPLACE TEMP TABLE match AS
WITH answer AS (
    SELECT query_no, rule, lon, lat, error_m, address FROM exact
    UNION ALL
    SELECT query_no, rule, lon, lat, error_m, address FROM near
),

offer AS (
    SELECT q.location_id, answer.rule, answer.lon, answer.lat, answer.error_m, answer.address
    FROM answer
    INNER JOIN (SELECT query_no, unnest(places) AS location_id FROM query) AS q ON q.query_no = answer.query_no
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
        offer.location_id,
        min({
            'rank': rule.rank, 'error_m': offer.error_m, 'lon': offer.lon, 'lat': offer.lat, 'address': offer.address
        }) AS answer
    FROM offer
    INNER JOIN rule ON rule.rule = offer.rule
    GROUP BY offer.location_id
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
