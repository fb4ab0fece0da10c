-- One row per street, postcode or place of `member`: its point, and how far its addresses lie from there.
CREATE OR REPLACE TEMP TABLE middle AS
WITH centred AS (
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
    INNER JOIN centred USING (rule, street, within)
    GROUP BY rule, street, within
),

away AS (
    SELECT rule, street, within, point, distance_m(lon, lat, point.lon, point.lat) AS away_m
    FROM member
    INNER JOIN anchor USING (rule, street, within)
),

reach AS (
    SELECT
        rule, street, within, any_value(point) AS point, count(*) AS points,
        quantile_cont(away_m, 0.95) AS most_m, max(away_m) AS all_m
    FROM away
    GROUP BY rule, street, within
)

-- How far 95 of 100 lie from the point. Few points say little about where the others are, so that half of what most
-- streets reach counts the more, the fewer there are. A number that is not among those of its street, and between no
-- two of them, lies beyond all of them more often than not. The factors are fitted (docs/geocoding-accuracy.md).
SELECT
    reach.rule, reach.street, reach.within, reach.point,
    round(
        greatest($point_error_m, CASE WHEN points < 20 THEN all_m ELSE most_m + (all_m - most_m) / 10 END)
        + 1.5 * coalesce(extent.reach_m, 0) / points, 1) AS error_m,
    round(greatest($point_error_m, all_m) + coalesce(extent.reach_m, 0) * (0.4 + 4 / points), 1) AS beyond_m
FROM reach
LEFT JOIN held_extent AS extent ON extent.rule = reach.rule;
