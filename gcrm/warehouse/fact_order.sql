-- One row per order, with the customer's place and owner; the amount is the order's own, else the sum of its lines.
CREATE TABLE warehouse.fact_order AS
WITH line_total AS (
    SELECT order_id, sum(amount)::DECIMAL(18, 2) AS amount FROM ingest.order_line GROUP BY order_id
)
SELECT
    o.order_id, o.ordered_on, c.customer_key, c.location_id, c.owner_id, c.segment, o.store_id, o.channel,
    coalesce(o.amount, t.amount) AS amount
FROM ingest."order" AS o
LEFT JOIN warehouse.dim_customer AS c ON c.customer_id = o.customer_id
LEFT JOIN line_total AS t ON t.order_id = o.order_id;
