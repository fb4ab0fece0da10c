-- One row per sales person, of the list of owners or named by a customer or prospect only.
CREATE TABLE warehouse.dim_owner AS
WITH named AS (
    SELECT owner_id FROM ingest.owner
    UNION SELECT owner_id FROM ingest.customer
    UNION SELECT owner_id FROM ingest.prospect
)
SELECT n.owner_id, coalesce(o.name, n.owner_id) AS name, o.team, o.owner_id IS NOT NULL AS listed
FROM named AS n
LEFT JOIN ingest.owner AS o ON o.owner_id = n.owner_id
WHERE n.owner_id IS NOT NULL
ORDER BY n.owner_id;
