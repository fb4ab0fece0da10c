-- One row per street and postcode of the reference, and per street as a whole (postcode null): its first and last number.
CREATE OR REPLACE TEMP TABLE held_reach AS
SELECT street, postcode, min(number_base(house_number)) AS first_number, max(number_base(house_number)) AS last_number
FROM geocode.reference
WHERE postcode IS NOT NULL
GROUP BY street, postcode
UNION ALL
SELECT street, NULL, min(number_base(house_number)), max(number_base(house_number))
FROM geocode.reference
GROUP BY street;
