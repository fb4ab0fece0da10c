-- One row per source, the most trusted first.
CREATE OR REPLACE TEMP TABLE trust AS
SELECT unnest($trusted::VARCHAR[]) AS source, generate_subscripts($trusted::VARCHAR[], 1)::INTEGER AS place;
