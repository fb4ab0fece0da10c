-- One row per distinct postcode of the reference's addresses.
CREATE OR REPLACE TEMP TABLE held_postcode AS
SELECT DISTINCT postcode FROM geocode.reference WHERE postcode IS NOT NULL;
