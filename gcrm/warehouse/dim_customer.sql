-- One row per customer.
CREATE TABLE warehouse.dim_customer AS
WITH earlier AS (
    -- Numbers go on from source to source; counting the rows in order would mean to sort all of them.
    SELECT source, sum(max(row_no)) OVER (ORDER BY source ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS numbers
    FROM ingest.customer
    GROUP BY source
)

SELECT
    (coalesce(e.numbers, 0) + c.row_no)::INTEGER AS customer_key,
    c.customer_id, c.name, c.segment, c.owner_id, c.since, c.until, g.location_id,
    n.party_id, n.household_id
FROM ingest.customer AS c
INNER JOIN earlier AS e ON e.source = c.source
LEFT JOIN geocode.record_location AS g ON g.kind = 'customer' AND g.source = c.source AND g.row_no = c.row_no
LEFT JOIN linked AS n ON n.source = c.source AND n.row_no = c.row_no;
