-- One row per open question without neighbours so far whose number lies between two of its side of the street: a point
-- between them.
CREATE OR REPLACE TEMP TABLE enclosed AS
WITH asked AS (
    SELECT * FROM surrounded WHERE query_no NOT IN (SELECT query_no FROM neighbour)
),

-- The numbers below one number (245-9 between 245-7 and 245-11; 245 stands before both sides of its lane); the street
-- within a postcode, within a city and, where neither has both neighbours, as a whole; the narrowest that has them counts.
sought AS (
    SELECT query_no, 0 AS scope, street, number || ':' || below % 2 AS within, below * 2 AS number, 0 AS parity
    FROM asked
    WHERE NOT $whole AND below > 0
    UNION ALL
    SELECT query_no, 1 AS scope, street, postcode AS within, number, number % 2 AS parity
    FROM asked
    WHERE NOT $whole AND postcode IS NOT NULL
    UNION ALL
    SELECT query_no, 2, street, city, number, number % 2
    FROM asked
    WHERE NOT $whole AND city IS NOT NULL
    UNION ALL
    SELECT query_no, 3, street, '', number, number % 2
    FROM asked
    WHERE $whole AND (postcode IS NULL OR postcode IN (FROM held_postcode))
),

-- Houses that stand in what is sought.
lane AS (
    SELECT h.street, h.number, number_below(r.house_number) AS below, r.lon, r.lat
    FROM (SELECT DISTINCT street, asked.number FROM asked WHERE below > 0) AS a
    INNER JOIN held_number AS h ON h.street = a.street AND h.number = a.number AND h.way = 'own'
    INNER JOIN geocode.reference AS r ON r.reference_id = h.reference_id
),

house AS (
    SELECT 0 AS scope, street, number || ':' || below % 2 AS within, below * 2 AS number, lon, lat
    FROM lane
    WHERE below > 0
    UNION ALL
    SELECT 0, street, number || ':' || side, 0, lon, lat
    FROM lane
    CROSS JOIN (SELECT unnest([0, 1]) AS side)
    WHERE below = 0
    UNION ALL
    SELECT 1, r.street, r.postcode, number_base(r.house_number), r.lon, r.lat
    FROM (SELECT DISTINCT street, within FROM sought WHERE scope = 1) AS s
    INNER JOIN geocode.reference AS r ON r.street = s.street AND r.postcode = s.within
    UNION ALL
    SELECT 2, r.street, r.city, number_base(r.house_number), r.lon, r.lat
    FROM (SELECT DISTINCT street, within FROM sought WHERE scope = 2) AS s
    INNER JOIN geocode.reference AS r ON r.street = s.street AND r.city = s.within
    UNION ALL
    SELECT 3, r.street, '', number_base(r.house_number), r.lon, r.lat
    FROM (SELECT DISTINCT street FROM sought WHERE scope = 3) AS s
    INNER JOIN geocode.reference AS r ON r.street = s.street
),

-- The next numbers of the same side below and above, or the number itself.
next_number AS (
    SELECT
        s.query_no, s.scope, s.street, s.within, s.number,
        max(h.number) FILTER (h.number <= s.number) AS low,
        min(h.number) FILTER (h.number >= s.number) AS high
    FROM sought AS s
    INNER JOIN house AS h
        ON h.scope = s.scope AND h.street = s.street AND h.within = s.within AND h.number % 2 = s.parity
    GROUP BY s.query_no, s.scope, s.street, s.within, s.number
),

-- Houses of one number that stand far apart say nothing about their neighbours.
line AS (
    SELECT
        h.scope, h.street, h.within, h.number, avg(h.lon) AS lon, avg(h.lat) AS lat,
        distance_m(min(h.lon), min(h.lat), max(h.lon), max(h.lat)) AS spread_m
    FROM (
        SELECT scope, street, within, low AS number FROM next_number
        UNION
        SELECT scope, street, within, high FROM next_number
    ) AS n
    INNER JOIN house AS h
        ON h.scope = n.scope AND h.street = n.street AND h.within = n.within AND h.number = n.number
    GROUP BY h.scope, h.street, h.within, h.number
),

both_sides AS (
    SELECT
        n.query_no, n.scope, n.number,
        n.low, low.lon AS low_lon, low.lat AS low_lat, low.spread_m AS low_spread_m,
        n.high, high.lon AS high_lon, high.lat AS high_lat, high.spread_m AS high_spread_m,
        distance_m(low.lon, low.lat, high.lon, high.lat) AS length_m
    FROM next_number AS n
    INNER JOIN line AS low
        ON low.scope = n.scope AND low.street = n.street AND low.within = n.within AND low.number = n.low
    INNER JOIN line AS high
        ON high.scope = n.scope AND high.street = n.street AND high.within = n.within AND high.number = n.high
),

usable AS (
    SELECT
        *,
        CASE WHEN high = low THEN 0.0 ELSE (number - low)::DOUBLE / (high - low) END AS along
    FROM both_sides
    WHERE length_m <= $between_m AND greatest(low_spread_m, high_spread_m) <= $between_m / 2
),

-- A street that stands in the postcode that was said: neighbours far from there are those of another one of its name.
far AS (
    SELECT u.query_no, u.scope
    FROM usable AS u
    INNER JOIN asked AS a ON a.query_no = u.query_no
    INNER JOIN geocode.reference AS r ON r.street = a.street AND r.postcode = a.postcode
    WHERE u.scope >= 2
    GROUP BY u.query_no, u.scope
    HAVING min(least(
        distance_m(r.lon, r.lat, u.low_lon, u.low_lat), distance_m(r.lon, r.lat, u.high_lon, u.high_lat))) > $between_m
),

best AS (
    SELECT
        query_no,
        arg_min({
            'lon': round(low_lon + (high_lon - low_lon) * along, 7),
            'lat': round(low_lat + (high_lat - low_lat) * along, 7),
            -- Houses of the number with another suffix stand about as far apart as neighbours do.
            'error_m': round(
                $point_error_m + CASE WHEN low = high THEN 30 ELSE 2 + 0.5 * length_m END
                + greatest(low_spread_m, high_spread_m), 1),
            'low': low,
            'high': high,
            'below': scope = 0
        }, scope) AS point
    FROM usable
    WHERE (query_no, scope) NOT IN (SELECT (query_no, scope) FROM far)
    GROUP BY query_no
)

SELECT
    best.query_no, point.lon AS lon, point.lat AS lat,
    -- Where 245-9 is not between others of 245, it may stand on a lane of its own.
    point.error_m + CASE WHEN number_below(open.house_number) > 0 AND NOT point.below THEN 50 ELSE 0 END AS error_m,
    list_filter(meant.faults || ['number_between', meant.postcode_fault], lambda f: f IS NOT NULL) AS faults,
    CASE
        WHEN point.below
            THEN concat_ws(
                ' ', meant.street, 'between', open.number || '-' || point.low // 2, 'and', open.number || '-' || point.high // 2)
        WHEN point.low = point.high THEN concat_ws(' ', meant.street, 'beside', point.low)
        ELSE concat_ws(' ', meant.street, 'between', point.low, 'and', point.high)
    END AS address
FROM best
INNER JOIN meant ON meant.query_no = best.query_no
INNER JOIN open ON open.query_no = best.query_no;
