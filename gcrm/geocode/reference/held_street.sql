-- One row per distinct street, postcode and city that the reference has: of its addresses, ranges and streets alone.
CREATE OR REPLACE TEMP TABLE held_street AS
SELECT street, postcode, city FROM geocode.reference WHERE street IS NOT NULL
UNION
SELECT street, postcode, city FROM held_range
UNION
SELECT s.street, postcode_key(p.postcode), city_key(p.city)
FROM pack_street AS p
INNER JOIN street AS s ON s.street_text = p.name
WHERE s.street IS NOT NULL;
