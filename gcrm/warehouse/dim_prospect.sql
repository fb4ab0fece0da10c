-- One row per prospect.
CREATE TABLE warehouse.dim_prospect AS
SELECT
    (row_number() OVER (ORDER BY p.source, p.row_no))::INTEGER AS prospect_key,
    p.prospect_id, p.name, p.segment, p.owner_id, p.since, p.until, p.status, c.customer_key, g.location_id
FROM ingest.prospect AS p
LEFT JOIN warehouse.dim_customer AS c ON c.customer_id = p.customer_id
LEFT JOIN geocode.record_location AS g ON g.kind = 'prospect' AND g.source = p.source AND g.row_no = p.row_no;
