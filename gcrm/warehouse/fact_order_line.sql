-- One row per order and line, with day, customer, place, owner, store and channel of its order (null where it is missing).
CREATE TABLE warehouse.fact_order_line AS
SELECT
    l.order_id, l.line_no, p.product_key, p.department, l.quantity, l.amount,
    o.ordered_on, o.customer_key, o.location_id, o.owner_id, o.segment, o.store_id, o.channel
FROM ingest.order_line AS l
LEFT JOIN warehouse.fact_order AS o ON o.order_id = l.order_id
LEFT JOIN warehouse.dim_product AS p ON p.product_id = l.product_id;
