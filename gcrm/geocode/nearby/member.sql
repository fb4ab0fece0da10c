-- One row per distinct point of each street that is meant without its number, where it may be told by: in the postcode
-- and in the city that were said, and altogether where no city speaks against it.
CREATE OR REPLACE TEMP TABLE member AS
WITH stretch AS (
    SELECT DISTINCT h.street, h.city
    FROM meant AS m
    INNER JOIN held_street AS h ON h.street = m.street
    WHERE same_city(h.city, m.city)
),

whole AS (
    SELECT DISTINCT m.street
    FROM meant AS m
    INNER JOIN (
        SELECT street, count(city) = 0 AS no_city
        FROM held_street
        WHERE street IN (SELECT street FROM meant)
        GROUP BY street
    ) AS beside ON beside.street = m.street
    WHERE m.city IS NULL OR beside.no_city
)

SELECT DISTINCT 'street_in_postcode' AS rule, r.street, r.postcode AS within, r.lon, r.lat
FROM meant AS m
INNER JOIN geocode.reference AS r ON r.street = m.street AND r.postcode = m.postcode
UNION ALL
SELECT DISTINCT 'street_in_city', r.street, r.city, r.lon, r.lat
FROM stretch
INNER JOIN geocode.reference AS r ON r.street = stretch.street AND r.city = stretch.city
UNION ALL
SELECT DISTINCT 'street_alone', r.street, '', r.lon, r.lat
FROM whole
INNER JOIN geocode.reference AS r ON r.street = whole.street;
