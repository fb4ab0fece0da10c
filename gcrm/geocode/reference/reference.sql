-- One row per distinct reference address: keys of its parts, and its point.
CREATE OR REPLACE TABLE geocode.reference AS
WITH record AS (
    -- A row's own point, or the inner point of its parcel.
    SELECT
        a.number_key, a.street_key, a.postcode_key, a.city_key,
        coalesce(r.address, concat_ws(
            ', ', nullif(concat_ws(' ', r.house_number, r.street), ''),
            nullif(concat_ws(' ', r.postcode, r.city), ''))) AS address,
        CASE WHEN r.pointed THEN r.lon ELSE parcel.lon END AS lon,
        CASE WHEN r.pointed THEN r.lat ELSE parcel.lat END AS lat,
        CASE WHEN r.pointed THEN $point_error_m ELSE parcel.error_m END AS error_m,
        CASE WHEN r.pointed THEN 'given' ELSE 'parcel' END AS point_source
    FROM located_record AS r
    INNER JOIN address AS a
        ON a.address IS NOT DISTINCT FROM r.address
        AND a.house_number IS NOT DISTINCT FROM r.house_number
        AND a.street IS NOT DISTINCT FROM r.street
        AND a.unit IS NOT DISTINCT FROM r.unit
        AND a.postcode IS NOT DISTINCT FROM r.postcode
        AND a.city IS NOT DISTINCT FROM r.city
        AND a.parcel_id IS NOT DISTINCT FROM CASE WHEN NOT r.pointed THEN r.parcel_id END
    LEFT JOIN parcel_point AS parcel ON NOT r.pointed AND parcel.parcel_id = r.parcel_id
    WHERE r.kind IN ('address_reference', 'pack')
        AND NOT a.post_box
        AND (a.street_key IS NOT NULL OR a.postcode_key IS NOT NULL)
        AND (r.pointed OR parcel.lon IS NOT NULL)
),

point AS (
    SELECT
        number_key, street_key, postcode_key, city_key, lon, lat,
        min(address) AS address, min(error_m) AS error_m, min(point_source) AS point_source
    FROM record
    GROUP BY number_key, street_key, postcode_key, city_key, lon, lat
),

grouped AS (
    SELECT
        number_key, street_key, postcode_key, city_key,
        min(address) AS address,
        list({'lon': lon, 'lat': lat, 'error_m': error_m, 'point_source': point_source}) AS points,
        centre(lon, lat) AS middle
    FROM point
    GROUP BY number_key, street_key, postcode_key, city_key
),

-- Of several points of one address the one nearest to their centre stands for all.
chosen AS (
    SELECT
        * EXCLUDE (middle),
        CASE
            WHEN len(points) = 1 THEN points[1]
            ELSE list_min(list_transform(points, lambda p: {
                'away_m': round(distance_m(p.lon, p.lat, centre_lon(middle), centre_lat(middle)), 1),
                'point': p
            })).point
        END AS point
    FROM grouped
),

spread AS (
    SELECT
        *,
        CASE
            WHEN len(points) = 1 THEN 0.0
            ELSE round(list_max(list_transform(points, lambda p: distance_m(p.lon, p.lat, point.lon, point.lat))), 1)
        END AS spread_m
    FROM chosen
),

-- The widest gap between neighbours from west to east, and from south to north: a campus has none that is wide.
gapped AS (
    SELECT
        *,
        CASE
            WHEN spread_m <= $spread_m THEN 0.0
            ELSE greatest(
                widest_gap(list_transform(points, lambda p: p.lon)) * 111195.08 * cos(radians(point.lat)),
                widest_gap(list_transform(points, lambda p: p.lat)) * 111195.08)
        END AS gap_m
    FROM spread
)

SELECT
    row_number() OVER (ORDER BY street_key, number_key, postcode_key, city_key)::INTEGER AS reference_id,
    number_key AS house_number,
    street_key AS street,
    postcode_key AS postcode,
    city_key AS city,
    point.lon AS lon,
    point.lat AS lat,
    point.error_m + spread_m AS error_m,
    spread_m,
    len(points)::INTEGER AS points,
    spread_m > $spread_m AND (gap_m > $gap_m OR spread_m > $campus_m) AS scattered,
    point.point_source AS point_source,
    address
FROM gapped;
