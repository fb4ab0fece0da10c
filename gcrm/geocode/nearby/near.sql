-- One row per question without an address and way to come near it: by its street, its postcode or its place.
CREATE OR REPLACE TEMP TABLE near AS
WITH asked AS (
    SELECT o.query_no, m.street, m.faults, m.postcode_fault, o.postcode, o.city, o.house_number IS NOT NULL AS numbered
    FROM unanswered AS o
    LEFT JOIN meant AS m ON m.query_no = o.query_no
),

-- Streets that are meant, and the postcodes and places that were said.
measured AS (
    FROM middle
    UNION ALL
    SELECT * FROM held_middle WHERE rule = 'postcode' AND within IN (SELECT postcode FROM asked)
    UNION ALL
    SELECT * FROM held_middle WHERE rule = 'place' AND within IN (SELECT city FROM asked)
),

told AS (
    SELECT * FROM held_area WHERE street = '' AND within IN (SELECT postcode FROM asked UNION SELECT city FROM asked)
    UNION ALL
    SELECT * FROM held_area WHERE street <> '' AND street IN (SELECT street FROM asked)
),

-- What only packs know: streets without addresses, postcodes and places.
area AS (
    FROM measured
    UNION ALL
    SELECT
        rule, street, within, {'lon': best.lon, 'lat': best.lat},
        greatest($point_error_m, round(coalesce(best.radius_m, 0) + apart_m, 1)),
        greatest($point_error_m, round(coalesce(best.radius_m, 0) * 1.5 + apart_m, 1))
    FROM told
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
    SELECT asked.query_no, asked.numbered, asked.faults || ['number_missing', coalesce(asked.postcode_fault, 'postcode_missing')], area.*
    FROM asked
    INNER JOIN area
        ON area.rule = 'street_in_city' AND area.street = asked.street AND same_city(area.within, asked.city)
    UNION ALL
    SELECT asked.query_no, asked.numbered, asked.faults || ['number_missing', coalesce(asked.postcode_fault, 'postcode_missing')], area.*
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
