-- One row per customer.
CREATE TABLE warehouse.dim_customer AS
SELECT
    (row_number() OVER (ORDER BY c.source, c.row_no))::INTEGER AS customer_key,
    c.customer_id, c.name, c.segment, c.owner_id, c.since, c.until, g.location_id
FROM ingest.customer AS c
LEFT JOIN geocode.record_location AS g ON g.kind = 'customer' AND g.source = c.source AND g.row_no = c.row_no;
