-- One row per open question whose number lies between two of its side of the street: a point between them.
CREATE OR REPLACE TEMP TABLE neighbour AS
WITH asked AS (
    SELECT meant.*, number_below(open.house_number) AS below
    FROM meant
    INNER JOIN open ON open.query_no = meant.query_no
    WHERE meant.number IS NOT NULL
),

house AS (
    SELECT street, postcode, city, number_base(house_number) AS number, number_below(house_number) AS below, lon, lat
    FROM geocode.reference
    WHERE street IN (SELECT street FROM asked) AND number_base(house_number) IS NOT NULL
),

-- The numbers below one number (245-9 between 245-7 and 245-11; 245 stands before both sides of its lane), and the street
-- within a postcode, within a city and as a whole; the narrowest that has both neighbours counts.
scoped AS (
    SELECT 0 AS scope, street, number || ':' || below % 2 AS within, below * 2 AS number, lon, lat
    FROM house
    WHERE below > 0
    UNION ALL
    SELECT 0, street, number || ':' || side, 0, lon, lat
    FROM house
    CROSS JOIN (SELECT unnest([0, 1]) AS side)
    WHERE below = 0
    UNION ALL
    SELECT 1, street, postcode AS within, number, lon, lat FROM house WHERE postcode IS NOT NULL
    UNION ALL
    SELECT 2, street, city, number, lon, lat FROM house WHERE city IS NOT NULL
    UNION ALL
    SELECT 3, street, '', number, lon, lat FROM house
),

-- Houses of one number that stand far apart say nothing about their neighbours.
line AS (
    SELECT
        scope, street, within, number % 2 AS parity, number,
        avg(lon) AS lon, avg(lat) AS lat,
        distance_m(min(lon), min(lat), max(lon), max(lat)) AS spread_m
    FROM scoped
    GROUP BY scope, street, within, number
),

sought AS (
    SELECT query_no, 0 AS scope, street, number || ':' || below % 2 AS within, below * 2 AS number, 0 AS parity
    FROM asked
    WHERE below > 0
    UNION ALL
    SELECT query_no, 1 AS scope, street, postcode AS within, number, number % 2 AS parity
    FROM asked
    WHERE postcode IS NOT NULL
    UNION ALL
    SELECT query_no, 2, street, city, number, number % 2
    FROM asked
    WHERE city IS NOT NULL
    UNION ALL
    SELECT query_no, 3, street, '', number, number % 2
    FROM asked
    WHERE postcode IS NULL OR postcode IN (FROM held_postcode)
),

-- The next numbers of the same side below and above, or the number itself.
enclosed AS (
    SELECT
        s.query_no, s.scope, s.number,
        arg_max({'number': l.number, 'lon': l.lon, 'lat': l.lat, 'spread_m': l.spread_m}, l.number)
            FILTER (l.number <= s.number) AS below,
        arg_min({'number': l.number, 'lon': l.lon, 'lat': l.lat, 'spread_m': l.spread_m}, l.number)
            FILTER (l.number >= s.number) AS above
    FROM sought AS s
    INNER JOIN line AS l ON l.scope = s.scope AND l.street = s.street AND l.within = s.within AND l.parity = s.parity
    GROUP BY s.query_no, s.scope, s.number
),

both_sides AS (
    SELECT
        query_no, scope, number,
        below.number AS low, below.lon AS low_lon, below.lat AS low_lat, below.spread_m AS low_spread_m,
        above.number AS high, above.lon AS high_lon, above.lat AS high_lat, above.spread_m AS high_spread_m,
        distance_m(below.lon, below.lat, above.lon, above.lat) AS length_m
    FROM enclosed
    WHERE below IS NOT NULL AND above IS NOT NULL
),

usable AS (
    SELECT
        *,
        CASE WHEN high = low THEN 0.0 ELSE (number - low)::DOUBLE / (high - low) END AS along
    FROM both_sides
    WHERE length_m <= $between_m AND greatest(low_spread_m, high_spread_m) <= $between_m / 2
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
    GROUP BY query_no
)

SELECT
    best.query_no, point.lon AS lon, point.lat AS lat,
    -- Where 245-9 is not between others of 245, it may stand on a lane of its own.
    point.error_m + CASE WHEN number_below(open.house_number) > 0 AND NOT point.below THEN 50 ELSE 0 END AS error_m,
    meant.faults || ['number_between'] AS faults,
    CASE
        WHEN point.below
            THEN concat_ws(
                ' ', meant.street, 'between', open.number || '-' || point.low // 2, 'and', open.number || '-' || point.high // 2)
        ELSE concat_ws(' ', meant.street, 'between', point.low, 'and', point.high)
    END AS address
FROM best
INNER JOIN meant ON meant.query_no = best.query_no
INNER JOIN open ON open.query_no = best.query_no;
