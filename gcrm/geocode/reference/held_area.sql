-- One row per street, postcode and place that packs know beside their addresses: where it is and how far it reaches.
CREATE OR REPLACE TEMP TABLE held_area AS
WITH packed AS (
    SELECT 'street_in_postcode' AS rule, s.street, postcode_key(p.postcode) AS within, p.lon, p.lat, p.radius_m
    FROM pack_street AS p
    INNER JOIN street AS s ON s.street_text = p.name
    UNION ALL
    SELECT 'street_in_city', s.street, city_key(p.city), p.lon, p.lat, p.radius_m
    FROM pack_street AS p
    INNER JOIN street AS s ON s.street_text = p.name
    UNION ALL
    SELECT 'street_alone', s.street, '', p.lon, p.lat, p.radius_m
    FROM pack_street AS p
    INNER JOIN street AS s ON s.street_text = p.name
    UNION ALL
    SELECT 'postcode', '', postcode_key(postcode), lon, lat, radius_m FROM pack_postcode
    UNION ALL
    SELECT 'place', '', city_key(name), lon, lat, radius_m FROM pack_place
)

-- Of several of one name the widest counts.
SELECT
    rule, street, within, max({'radius_m': radius_m, 'lon': lon, 'lat': lat}) AS best,
    distance_m(min(lon), min(lat), max(lon), max(lat)) AS apart_m
FROM packed
WHERE street IS NOT NULL AND within IS NOT NULL AND lon IS NOT NULL AND lat IS NOT NULL
GROUP BY rule, street, within;
