-- One row per street segment of a street that is said to cross another: its line.
SELECT DISTINCT street, geometry
FROM held_range
WHERE street IN (SELECT street FROM crossed)
ORDER BY street, geometry;
