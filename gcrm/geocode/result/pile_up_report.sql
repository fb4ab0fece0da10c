-- One row: how many places stand in piles, and at how many points.
SELECT count(*) AS places, count(DISTINCT (l.lon, l.lat)) AS points
FROM geocode.pile_up AS p
INNER JOIN geocode.location AS l ON l.location_id = p.location_id;
