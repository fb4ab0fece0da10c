-- One row per question without one clear answer and way to come near it: by its street or by its postcode.
CREATE OR REPLACE TEMP TABLE near AS
WITH open AS (
    SELECT q.query_no, q.street, q.postcode, q.city
    FROM query AS q
    LEFT JOIN exact AS e ON e.query_no = q.query_no
    WHERE e.rule IS NULL OR e.rule IN ('several', 'elsewhere')
),

-- The reference's points of each street in a postcode, in a city and altogether, and of each postcode.
member AS (
    SELECT DISTINCT 'street_in_postcode' AS rule, street, postcode AS within, lon, lat
    FROM geocode.reference
    WHERE street IN (SELECT street FROM open) AND postcode IS NOT NULL
    UNION ALL
    SELECT DISTINCT 'street_in_city', street, city, lon, lat
    FROM geocode.reference
    WHERE street IN (SELECT street FROM open) AND city IS NOT NULL
    UNION ALL
    SELECT DISTINCT 'street_alone', street, '', lon, lat
    FROM geocode.reference
    WHERE street IN (SELECT street FROM open)
    UNION ALL
    SELECT DISTINCT 'postcode', '', postcode, lon, lat
    FROM geocode.reference
    WHERE postcode IN (SELECT postcode FROM open)
),

middle AS (
    SELECT rule, street, within, centre(lon, lat) AS middle
    FROM member
    GROUP BY rule, street, within
),

-- A street's point is the address nearest to its centre, so that it lies on the street; a postcode's is the centre.
anchor AS (
    SELECT
        rule, street, within,
        CASE
            WHEN rule = 'postcode' THEN {'lon': centre_lon(any_value(middle)), 'lat': centre_lat(any_value(middle))}
            ELSE min({
                'away_m': round(distance_m(lon, lat, centre_lon(middle), centre_lat(middle)), 1),
                'point': {'lon': lon, 'lat': lat}
            }).point
        END AS point
    FROM member
    INNER JOIN middle USING (rule, street, within)
    GROUP BY rule, street, within
),

area AS (
    SELECT
        rule, street, within, any_value(point) AS point,
        greatest($point_error_m, round(quantile_cont(distance_m(lon, lat, point.lon, point.lat), 0.95), 1)) AS error_m
    FROM member
    INNER JOIN anchor USING (rule, street, within)
    GROUP BY rule, street, within
),

-- What the reference holds beside each street: a street alone counts only where nothing said can speak against it.
beside AS (
    SELECT street, count(postcode) = 0 AS no_postcode, count(city) = 0 AS no_city
    FROM geocode.reference
    WHERE street IN (SELECT street FROM open)
    GROUP BY street
),

found AS (
    SELECT open.query_no, area.*
    FROM open
    INNER JOIN area
        ON area.rule = 'street_in_postcode' AND area.street = open.street AND area.within = open.postcode
    UNION ALL
    SELECT open.query_no, area.*
    FROM open
    INNER JOIN area
        ON area.rule = 'street_in_city' AND area.street = open.street AND same_city(area.within, open.city)
    UNION ALL
    SELECT open.query_no, area.*
    FROM open
    INNER JOIN area ON area.rule = 'street_alone' AND area.street = open.street
    INNER JOIN beside ON beside.street = open.street
    WHERE (open.city IS NULL OR beside.no_city)
        AND (open.postcode IS NULL OR beside.no_postcode
            OR open.postcode IN (SELECT postcode FROM geocode.reference))
    UNION ALL
    SELECT open.query_no, area.*
    FROM open
    INNER JOIN area ON area.rule = 'postcode' AND area.within = open.postcode
)

SELECT
    query_no,
    CASE
        WHEN error_m <= $wide_m THEN rule
        WHEN rule = 'postcode' THEN 'postcode_wide'
        ELSE 'street_wide'
    END AS rule,
    point.lon AS lon,
    point.lat AS lat,
    error_m,
    CASE WHEN rule = 'postcode' THEN upper(within) ELSE concat_ws(', ', street, nullif(upper(within), '')) END AS address
FROM found;
