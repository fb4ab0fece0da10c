-- One row per customer.
CREATE TABLE warehouse.dim_customer AS
WITH earlier AS (
    -- Numbers go on from source to source; counting the rows in order would mean to sort all of them.
    SELECT source, sum(max(row_no)) OVER (ORDER BY source ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS numbers
    FROM ingest.customer
    GROUP BY source
),

-- Joined by one small number, not by source and row: ten million rows then stay in memory.
placed AS (
    SELECT (coalesce(e.numbers, 0) + g.row_no)::INTEGER AS customer_key, g.location_id
    FROM geocode.record_location AS g
    INNER JOIN earlier AS e ON e.source = g.source
    WHERE g.kind = 'customer'
),

numbered AS (
    SELECT (coalesce(e.numbers, 0) + c.row_no)::INTEGER AS customer_key, c.*
    FROM ingest.customer AS c
    INNER JOIN earlier AS e ON e.source = c.source
)

SELECT
    c.customer_key, c.customer_id, c.name, c.segment, c.owner_id, c.since, c.until, p.location_id,
    n.party_id, n.household_id
FROM numbered AS c
LEFT JOIN placed AS p ON p.customer_key = c.customer_key
LEFT JOIN linked AS n ON n.source = c.source AND n.row_no = c.row_no;
