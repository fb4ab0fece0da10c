-- One row per kind of reference that leads nowhere: the row is kept, what it names is not there.
CREATE TABLE warehouse.orphan AS
SELECT
    'order' AS subject, 'customer' AS missing,
    count(*)::BIGINT - (SELECT count(*) FROM ingest."order" WHERE customer_id IS NULL) AS rows
FROM warehouse.fact_order WHERE customer_key IS NULL
UNION ALL
SELECT 'order_line', 'order', count(*) FROM warehouse.fact_order_line WHERE ordered_on IS NULL
UNION ALL
SELECT 'order_line', 'product', count(*)
FROM warehouse.fact_order_line AS l JOIN warehouse.dim_product AS p ON p.product_key = l.product_key WHERE NOT p.listed
UNION ALL
SELECT 'order', 'amount', count(*) FROM warehouse.fact_order WHERE amount IS NULL
UNION ALL
SELECT
    'interaction', 'customer or prospect',
    count(*) - (SELECT count(*) FROM ingest.interaction WHERE customer_id IS NULL AND prospect_id IS NULL)
FROM warehouse.fact_interaction WHERE customer_key IS NULL AND prospect_key IS NULL
UNION ALL
SELECT 'contact', 'customer or prospect', count(*)
FROM warehouse.dim_contact
WHERE coalesce(customer_id, prospect_id) IS NOT NULL AND customer_key IS NULL AND prospect_key IS NULL
UNION ALL
SELECT 'consent', 'customer or prospect', count(*)
FROM warehouse.fact_consent
WHERE coalesce(customer_id, prospect_id) IS NOT NULL AND customer_key IS NULL AND prospect_key IS NULL
UNION ALL
SELECT 'assignment', 'region, customer or prospect', count(*)
FROM warehouse.bridge_assignment AS a
WHERE (
    a.subject_kind = 'region'
    AND NOT EXISTS (SELECT 1 FROM warehouse.dim_region AS r WHERE r.level = a.level AND r.region_id = a.subject_id)
) OR (a.subject_kind = 'customer' AND a.customer_key IS NULL)
OR (a.subject_kind = 'prospect' AND a.prospect_key IS NULL)
UNION ALL
SELECT 'assignment', 'owner', count(*)
FROM warehouse.bridge_assignment AS a JOIN warehouse.dim_owner AS o ON o.owner_id = a.owner_id WHERE NOT o.listed
UNION ALL
SELECT 'customer', 'owner', count(*)
FROM warehouse.dim_customer AS c JOIN warehouse.dim_owner AS o ON o.owner_id = c.owner_id WHERE NOT o.listed
UNION ALL
SELECT 'zone_statistic', 'region', count(*)
FROM ingest.zone_statistic AS s
WHERE NOT EXISTS (SELECT 1 FROM warehouse.dim_region AS r WHERE r.level = s.level AND r.region_id = s.region_id);
