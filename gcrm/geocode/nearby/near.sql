-- One row per question without an address and way to come near it: by its street, its postcode or its place.
CREATE OR REPLACE TEMP TABLE near AS
WITH asked AS (
    SELECT o.query_no, m.street, m.faults, o.postcode, o.city, o.house_number IS NOT NULL AS numbered
    FROM unanswered AS o
    LEFT JOIN meant AS m ON m.query_no = o.query_no
),

-- The reference's points of each street in a postcode, in a city and altogether, of each postcode and of each city.
member AS (
    SELECT DISTINCT 'street_in_postcode' AS rule, street, postcode AS within, lon, lat
    FROM geocode.reference
    WHERE street IN (SELECT street FROM asked) AND postcode IS NOT NULL
    UNION ALL
    SELECT DISTINCT 'street_in_city', street, city, lon, lat
    FROM geocode.reference
    WHERE street IN (SELECT street FROM asked) AND city IS NOT NULL
    UNION ALL
    SELECT DISTINCT 'street_alone', street, '', lon, lat
    FROM geocode.reference
    WHERE street IN (SELECT street FROM asked)
    UNION ALL
    SELECT DISTINCT 'postcode', '', postcode, lon, lat
    FROM geocode.reference
    WHERE postcode IN (SELECT postcode FROM asked)
    UNION ALL
    SELECT DISTINCT 'place', '', city, lon, lat
    FROM geocode.reference
    WHERE city IN (SELECT city FROM asked)
),

middle AS (
    SELECT rule, street, within, centre(lon, lat) AS middle
    FROM member
    GROUP BY rule, street, within
),

-- A street's point is the address nearest to its centre, so that it lies on the street; an area's is the centre.
anchor AS (
    SELECT
        rule, street, within,
        CASE
            WHEN rule IN ('postcode', 'place')
                THEN {'lon': centre_lon(any_value(middle)), 'lat': centre_lat(any_value(middle))}
            ELSE min({
                'away_m': round(distance_m(lon, lat, centre_lon(middle), centre_lat(middle)), 1),
                'point': {'lon': lon, 'lat': lat}
            }).point
        END AS point
    FROM member
    INNER JOIN middle USING (rule, street, within)
    GROUP BY rule, street, within
),

away AS (
    SELECT
        rule, street, within, any_value(point) AS point, count(*) AS points,
        quantile_cont(distance_m(lon, lat, point.lon, point.lat), 0.95) AS most_m,
        max(distance_m(lon, lat, point.lon, point.lat)) AS all_m
    FROM member
    INNER JOIN anchor USING (rule, street, within)
    GROUP BY rule, street, within
),

-- How far 95 of 100 lie from the point. Few points say little about where the others are, so that half of what most
-- streets reach counts the more, the fewer there are. A number that is not among those of its street, and between no
-- two of them, lies beyond all of them more often than not. The factors are fitted (docs/geocoding-accuracy.md).
measured AS (
    SELECT
        away.rule, away.street, away.within, away.point,
        round(
            greatest($point_error_m, CASE WHEN points < 20 THEN all_m ELSE most_m + (all_m - most_m) / 10 END)
            + 1.5 * coalesce(extent.reach_m, 0) / points, 1) AS error_m,
        round(greatest($point_error_m, all_m) + coalesce(extent.reach_m, 0) * (0.4 + 4 / points), 1) AS beyond_m
    FROM away
    LEFT JOIN held_extent AS extent ON extent.rule = away.rule
),

-- What only packs know: streets without addresses, postcodes and places.
area AS (
    FROM measured
    UNION ALL
    SELECT
        rule, street, within, {'lon': best.lon, 'lat': best.lat},
        greatest($point_error_m, round(coalesce(best.radius_m, 0) + apart_m, 1)),
        greatest($point_error_m, round(coalesce(best.radius_m, 0) * 1.5 + apart_m, 1))
    FROM held_area
    WHERE (rule, street, within) NOT IN (SELECT (rule, street, within) FROM measured)
),

-- What the reference holds beside each street: a street alone counts only where nothing said can speak against it.
beside AS (
    SELECT street, count(postcode) = 0 AS no_postcode, count(city) = 0 AS no_city
    FROM held_street
    WHERE street IN (SELECT street FROM asked)
    GROUP BY street
),

found AS (
    SELECT asked.query_no, asked.numbered, asked.faults || ['number_missing'] AS faults, area.*
    FROM asked
    INNER JOIN area
        ON area.rule = 'street_in_postcode' AND area.street = asked.street AND area.within = asked.postcode
    UNION ALL
    SELECT asked.query_no, asked.numbered, asked.faults || ['number_missing', 'postcode_differs'], area.*
    FROM asked
    INNER JOIN area
        ON area.rule = 'street_in_city' AND area.street = asked.street AND same_city(area.within, asked.city)
    UNION ALL
    SELECT asked.query_no, asked.numbered, asked.faults || ['number_missing', 'postcode_missing'], area.*
    FROM asked
    INNER JOIN area ON area.rule = 'street_alone' AND area.street = asked.street
    INNER JOIN beside ON beside.street = asked.street
    WHERE (asked.city IS NULL OR beside.no_city)
        AND (asked.postcode IS NULL OR beside.no_postcode
            OR asked.postcode IN (FROM held_postcode))
    UNION ALL
    SELECT asked.query_no, false, ['street_missing'], area.*
    FROM asked
    INNER JOIN area ON area.rule = 'postcode' AND area.within = asked.postcode
    UNION ALL
    SELECT asked.query_no, false, ['street_missing', 'postcode_missing'], area.*
    FROM asked
    INNER JOIN area ON area.rule = 'place' AND area.within = asked.city
)

SELECT
    query_no,
    CASE
        WHEN error_m <= $wide_m THEN rule
        WHEN rule IN ('postcode', 'place') THEN rule || '_wide'
        ELSE 'street_wide'
    END AS rule,
    point.lon AS lon,
    point.lat AS lat,
    CASE WHEN numbered THEN beyond_m ELSE error_m END AS error_m,
    faults,
    CASE
        WHEN rule = 'postcode' THEN upper(within)
        WHEN rule = 'place' THEN within
        ELSE concat_ws(', ', street, nullif(upper(within), ''))
    END AS address
FROM found;
