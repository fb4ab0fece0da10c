-- One row per street key of the reference and way it is said there: the forms by which streets are compared.
CREATE OR REPLACE TEMP TABLE held_name AS
FROM name;
