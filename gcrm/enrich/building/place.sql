-- One row per place that a building holds: which site, how, and how far off.
CREATE OR REPLACE TEMP TABLE building_place AS
SELECT location_id, site, how, distance_m FROM building_held
UNION ALL
SELECT l.location_id, s.site, 'point', 0
FROM geocode.location AS l
ANTI JOIN building_held AS h ON h.location_id = l.location_id
INNER JOIN building_site AS s ON s.building_id = printf('point %.6f %.6f', l.lon, l.lat)
WHERE s.stand = 'point' AND l.precision = 'building';
