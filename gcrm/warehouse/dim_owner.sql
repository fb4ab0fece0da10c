-- One row per sales person, of the list of owners or named by a customer, prospect, assignment or task only.
CREATE TABLE warehouse.dim_owner AS
WITH named AS (
    SELECT owner_id FROM ingest.owner
    UNION SELECT owner_id FROM ingest.customer
    UNION SELECT owner_id FROM ingest.prospect
    UNION SELECT owner_id FROM ingest.assignment
    UNION SELECT owner_id FROM ingest.task
),
-- The operational store wins over the files.
listed AS (
    SELECT owner_id, name, team
    FROM ingest.owner
    QUALIFY row_number() OVER (PARTITION BY owner_id ORDER BY (source = 'crm') DESC, source, row_no) = 1
)
SELECT n.owner_id, coalesce(o.name, n.owner_id) AS name, o.team, o.owner_id IS NOT NULL AS listed
FROM named AS n
LEFT JOIN listed AS o ON o.owner_id = n.owner_id
WHERE n.owner_id IS NOT NULL
ORDER BY n.owner_id;
