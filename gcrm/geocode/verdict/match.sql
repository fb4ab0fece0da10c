-- One row per place without a given point: the rule that decided it, its point where there is one, and its faults.
CREATE OR REPLACE TEMP TABLE match AS
WITH reply AS (
    SELECT
        query_no, rule, lon, lat, error_m, address, 100.0 AS gap,
        CASE WHEN rule = 'postcode_agrees' THEN [] ELSE ['postcode_missing'] END AS faults
    FROM exact
    WHERE rule IN ('postcode_agrees', 'city_agrees', 'only_one')
    UNION ALL
    SELECT
        query_no, rule, lon, lat, round(error_m + apart_m, 1), address, gap,
        CASE WHEN rule = 'several' THEN faults || ['several'] ELSE faults END
    FROM answer
    UNION ALL
    -- A number that is new to its street may stand in another street, of which one letter was written wrong.
    SELECT
        n.query_no,
        CASE WHEN a.query_no IS NULL THEN 'number_between' ELSE 'number_between_or_alike' END,
        n.lon, n.lat, n.error_m, n.address, 100.0, n.faults
    FROM neighbour AS n
    LEFT JOIN answer AS a
        ON a.query_no = n.query_no AND list_contains(a.faults, 'street_known') AND a.price <= $alike_price
    UNION ALL
    SELECT query_no, 'number_segment', lon, lat, error_m, address, 100.0, faults FROM segment
    UNION ALL
    SELECT query_no, rule, lon, lat, error_m, address, 100.0, faults FROM crossing
    UNION ALL
    SELECT query_no, rule, lon, lat, error_m, address, 100.0, faults FROM near
),

offer AS (
    SELECT
        q.location_id, reply.rule, reply.lon, reply.lat, reply.error_m, reply.address, reply.gap, reply.faults
    FROM reply
    INNER JOIN (SELECT query_no, unnest(places) AS location_id FROM query) AS q ON q.query_no = reply.query_no
    UNION ALL
    SELECT p.location_id, 'parcel', parcel.lon, parcel.lat, parcel.error_m, NULL, 100.0, []
    FROM place AS p
    INNER JOIN parcel_point AS parcel ON parcel.parcel_id = p.parcel_id
    UNION ALL
    SELECT
        location_id,
        CASE
            WHEN post_box THEN 'post_box'
            WHEN address IS NULL THEN 'no_address'
            WHEN street IS NULL AND postcode IS NULL AND city IS NULL THEN 'not_understood'
            ELSE 'not_in_reference'
        END,
        NULL, NULL, NULL, NULL, 100.0, []
    FROM place
),

best AS (
    SELECT
        offer.location_id,
        min({
            'rank': rule.rank, 'error_m': offer.error_m, 'lon': offer.lon, 'lat': offer.lat, 'address': offer.address,
            'gap': offer.gap, 'faults': offer.faults
        }) AS reply
    FROM offer
    INNER JOIN rule ON rule.rule = offer.rule
    GROUP BY offer.location_id
),

scored AS (
    SELECT
        best.location_id, best.reply, rule.rule, rule.match_level, rule.status,
        CASE WHEN p.swapped THEN ['fields_swapped'] || best.reply.faults ELSE best.reply.faults END AS faults,
        CASE
            WHEN rule.match_level IS NOT NULL OR rule.status = 'review'
                THEN greatest(0.0, 100 - priced(best.reply.faults, prices) - CASE WHEN p.swapped THEN prices['fields_swapped'] ELSE 0 END)
        END AS score
    FROM best
    INNER JOIN rule ON rule.rank = best.reply.rank
    INNER JOIN place AS p ON p.location_id = best.location_id
    CROSS JOIN price
)

-- A rule without a level gives no point.
SELECT
    scored.location_id,
    scored.rule, scored.match_level, scored.status, scored.score, scored.reply.gap AS gap,
    nullif(array_to_string(scored.faults, ', '), '') AS faults,
    CASE WHEN scored.match_level IS NOT NULL THEN scored.reply.lon END AS lon,
    CASE WHEN scored.match_level IS NOT NULL THEN scored.reply.lat END AS lat,
    CASE WHEN scored.match_level IS NOT NULL THEN scored.reply.error_m END AS error_m,
    scored.reply.address AS matched_address,
    coalesce(confidence.confidence, 0.0) AS confidence
FROM scored
LEFT JOIN confidence
    ON confidence.match_level IS NOT DISTINCT FROM scored.match_level
    AND confidence.status = scored.status
    AND scored.score >= confidence.score_from AND scored.score < confidence.score_to
    AND scored.reply.gap >= confidence.gap_from AND scored.reply.gap < confidence.gap_to;
