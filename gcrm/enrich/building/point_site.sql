-- One row per point of known addresses or dwellings that no footprint and no parcel holds: it stands for a building.
INSERT INTO building_site
WITH known AS (
    SELECT DISTINCT l.lon, l.lat
    FROM geocode.record_location AS g
    INNER JOIN geocode.location AS l ON l.location_id = g.location_id
    ANTI JOIN building_held AS h ON h.location_id = l.location_id
    WHERE g.kind IN ('address_reference', 'dwelling') AND l.precision = 'building'
)

SELECT
    (SELECT coalesce(max(site), -1) FROM building_site) + row_number() OVER (ORDER BY lon, lat),
    'point', printf('point %.6f %.6f', lon, lat), NULL, NULL, NULL, lon, lat, NULL, NULL, NULL
FROM known
-- Two points within a hand's breadth are one.
QUALIFY row_number() OVER (PARTITION BY printf('%.6f %.6f', lon, lat) ORDER BY lon, lat) = 1;
