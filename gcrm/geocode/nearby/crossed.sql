-- One row per question without an address and reference street that may be one of the two it names.
CREATE OR REPLACE TEMP TABLE crossed AS
SELECT o.query_no, o.postcode, o.city, s.street = o.crossing[1] AS first, s.reference_street AS street, s.faults, s.price
FROM unanswered AS o
INNER JOIN alike AS s ON list_contains(o.crossing, s.street)
WHERE s.price <= $street_price;
