-- One row per city of the reference.
CREATE OR REPLACE TEMP TABLE held_city AS
SELECT DISTINCT city FROM geocode.reference WHERE city IS NOT NULL;
