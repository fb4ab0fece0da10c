-- One row per street segment of a street that is said to cross another: its line; lines through houses cross nothing.
SELECT DISTINCT street, geometry
FROM held_range
WHERE side <> 0 AND street IN (SELECT street FROM crossed)
ORDER BY street, geometry;
