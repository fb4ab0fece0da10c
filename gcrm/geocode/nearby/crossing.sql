-- One row per question without an address that names two streets which meet: where they do.
CREATE OR REPLACE TEMP TABLE crossing AS
WITH asked AS (
    SELECT
        one.query_no, one.postcode, one.city, one.street, other.street AS other_street,
        list_sort(list_distinct(list_concat(one.faults, other.faults))) AS faults, one.price + other.price AS price
    FROM crossed AS one
    INNER JOIN crossed AS other ON other.query_no = one.query_no AND other.street <> one.street
    WHERE one.first AND NOT other.first
),

pair AS (
    SELECT DISTINCT street, other_street FROM asked
),

-- Ends of street segments lie in the crossings themselves; houses stand beside them.
spot AS (
    SELECT DISTINCT street, lon, lat, NULL::VARCHAR AS postcode, true AS node
    FROM node
    UNION ALL
    SELECT DISTINCT street, lon, lat, postcode, false
    FROM geocode.reference
    WHERE street IN (SELECT street FROM pair UNION SELECT other_street FROM pair)
),

-- Only spots in touching squares of about 250 m are compared.
squared AS (
    SELECT *, floor(lon * 250 * cos(radians(round(lat, 1))))::BIGINT AS x, floor(lat * 450)::BIGINT AS y
    FROM spot
),

around AS (
    SELECT squared.* EXCLUDE (x, y), x + step_x AS x, y + step_y AS y
    FROM squared, range(-1, 2) AS a (step_x), range(-1, 2) AS b (step_y)
),

close AS (
    SELECT
        pair.street, pair.other_street, one.node, one.postcode, one.lon AS one_lon, one.lat AS one_lat,
        other.lon AS other_lon, other.lat AS other_lat, distance_m(one.lon, one.lat, other.lon, other.lat) AS apart_m
    FROM pair
    INNER JOIN squared AS one ON one.street = pair.street
    INNER JOIN around AS other
        ON other.street = pair.other_street AND other.node = one.node AND other.x = one.x AND other.y = one.y
),

-- The nearest approach within the postcode that was said, else anywhere; segments before houses.
nearest AS (
    SELECT
        asked.query_no, asked.street, asked.other_street,
        min({
            'elsewhere': coalesce(asked.postcode <> close.postcode, false),
            'price': asked.price, 'houses': NOT close.node, 'apart_m': round(close.apart_m, 1),
            'lon': close.one_lon, 'lat': close.one_lat, 'faults': asked.faults
        }) AS best
    FROM asked
    INNER JOIN close ON close.street = asked.street AND close.other_street = asked.other_street
    WHERE close.apart_m <= CASE WHEN close.node THEN 30 ELSE 120 END
    GROUP BY ALL
),

chosen AS (
    SELECT query_no, min({'best': best, 'street': street, 'other_street': other_street}) AS met
    FROM nearest
    GROUP BY query_no
)

-- Houses stand around the crossing: the middle of all that are about as near.
SELECT
    c.query_no, 'crossing' AS rule,
    round(avg((close.one_lon + close.other_lon) / 2), 7) AS lon,
    round(avg((close.one_lat + close.other_lat) / 2), 7) AS lat,
    round(any_value(CASE
        WHEN c.met.best.houses THEN 90 + c.met.best.apart_m ELSE $point_error_m + c.met.best.apart_m
    END), 1) AS error_m,
    any_value(concat_ws(' & ', c.met.street, c.met.other_street)) AS address,
    any_value(CASE WHEN c.met.best.elsewhere THEN c.met.best.faults || ['postcode_differs'] ELSE c.met.best.faults END)
        AS faults
FROM chosen AS c
INNER JOIN close
    ON close.street = c.met.street AND close.other_street = c.met.other_street AND close.node <> c.met.best.houses
    AND close.apart_m <= c.met.best.apart_m + CASE WHEN close.node THEN 1 ELSE 25 END
    AND distance_m(close.one_lon, close.one_lat, c.met.best.lon, c.met.best.lat) <= 100
GROUP BY c.query_no;
