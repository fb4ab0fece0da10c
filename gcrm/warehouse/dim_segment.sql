-- One row per segment that a customer or prospect has.
CREATE TABLE warehouse.dim_segment AS
SELECT segment
FROM (SELECT segment FROM ingest.customer UNION SELECT segment FROM ingest.prospect) AS named
WHERE segment IS NOT NULL
ORDER BY segment;
