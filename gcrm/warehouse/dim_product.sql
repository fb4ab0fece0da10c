-- One row per product, of the product list or named by an order line only.
CREATE TABLE warehouse.dim_product AS
WITH named AS (
    SELECT product_id FROM ingest.product
    UNION
    SELECT product_id FROM ingest.order_line WHERE product_id IS NOT NULL
)
SELECT
    (row_number() OVER (ORDER BY n.product_id))::INTEGER AS product_key,
    n.product_id, p.name, p.category, p.department, p.product_id IS NOT NULL AS listed
FROM named AS n
LEFT JOIN ingest.product AS p ON p.product_id = n.product_id;
