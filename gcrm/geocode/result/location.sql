-- One row per distinct place.
CREATE OR REPLACE TABLE geocode.location AS
WITH pointed AS (
    SELECT lon, lat, joined(address, house_number, street, unit, postcode, city) AS written
    FROM located_record
    WHERE pointed AND kind <> 'pack'
),

-- Bare points and points with an address are grouped apart: the first have nothing wide to carry.
bare AS (
    SELECT point_number(lon, lat) AS location_id, min(lon) AS lon, min(lat) AS lat
    FROM pointed
    WHERE written IS NULL
    GROUP BY point_number(lon, lat)
),

addressed AS (
    SELECT
        point_location(lon, lat, written) AS location_id,
        min(place_check(point_identity(lon, lat, written))) AS location_check,
        max(place_check(point_identity(lon, lat, written))) AS other_check,
        min(lon) AS lon,
        min(lat) AS lat,
        string_split(min(written), chr(31)) AS part
    FROM pointed
    WHERE written IS NOT NULL
    GROUP BY point_location(lon, lat, written)
),

-- Two places under one number lose it here; the build stops when it finds that (collision.sql).
given AS (
    SELECT
        location_id, lon, lat,
        NULL AS address, NULL AS house_number, NULL AS street, NULL AS unit, NULL AS postcode, NULL AS city
    FROM bare
    UNION ALL
    SELECT
        CASE WHEN location_check = other_check THEN location_id END,
        lon, lat,
        coalesce(nullif(part[1], ''), nullif(concat_ws(
            ', ', nullif(concat_ws(' ', nullif(part[2], ''), nullif(part[3], ''), nullif(part[4], '')), ''),
            nullif(concat_ws(' ', nullif(part[5], ''), nullif(part[6], '')), '')), '')),
        nullif(part[2], ''), nullif(part[3], ''), nullif(part[4], ''), nullif(part[5], ''), nullif(part[6], '')
    FROM addressed
)

SELECT
    location_id, address, house_number, street, unit, postcode, city, lon, lat,
    rule.match_level, confidence.confidence, $point_error_m AS error_m, rule.status, NULL::VARCHAR AS matched_address,
    rule.rule, NULL::DOUBLE AS score, NULL::VARCHAR AS faults, NULL::VARCHAR AS reference_version,
    NULL::VARCHAR AS not_understood,
    precision_of(rule.match_level, rule.status, $point_error_m) AS precision
FROM given
INNER JOIN rule ON rule.rule = 'point'
INNER JOIN confidence ON confidence.match_level = rule.match_level
UNION ALL
SELECT
    CASE WHEN p.location_check = p.other_check THEN p.location_id END,
    p.address, p.number_text, p.street_text, p.unit_text, p.postcode_text, p.city_text, m.lon, m.lat,
    m.match_level, m.confidence, m.error_m, m.status, m.matched_address, m.rule,
    m.score, m.faults, (SELECT version FROM reference_version),
    p.not_understood,
    precision_of(m.match_level, m.status, m.error_m)
FROM place AS p
INNER JOIN match AS m ON m.location_id = p.location_id;
