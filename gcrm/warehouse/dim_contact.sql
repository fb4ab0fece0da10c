-- One row per way to reach a customer or prospect: a person there, or the party itself.
CREATE TABLE warehouse.dim_contact AS
SELECT c.contact_id, k.customer_key, p.prospect_key, c.customer_id, c.prospect_id, c.name, c.role, c.email, c.phone
FROM ingest.contact AS c
LEFT JOIN warehouse.dim_customer AS k ON k.customer_id = c.customer_id
LEFT JOIN warehouse.dim_prospect AS p ON p.prospect_id = c.prospect_id
ORDER BY c.contact_id;
