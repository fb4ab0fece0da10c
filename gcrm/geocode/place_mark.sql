-- One row per distinct place: a hash of everything that is looked for.
CREATE OR REPLACE TEMP TABLE place_mark AS
SELECT location_id, md5_number_lower(p::VARCHAR) AS mark FROM place AS p;
