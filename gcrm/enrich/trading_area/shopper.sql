-- One row per store and customer who ordered there and is known to the address: where, orders, sales, and which part of the customer's.
WITH line_total AS (
    SELECT order_id, sum(amount)::DECIMAL(18, 2) AS amount FROM ingest.order_line GROUP BY order_id
),
home AS (
    SELECT c.customer_id, any_value(l.lon)::DOUBLE AS lon, any_value(l.lat)::DOUBLE AS lat
    FROM ingest.customer AS c
    JOIN geocode.record_location AS g ON g.kind = 'customer' AND g.source = c.source AND g.row_no = c.row_no
    JOIN geocode.location AS l ON l.location_id = g.location_id
    WHERE l.lon IS NOT NULL AND l.precision IN ('building', 'near')
    GROUP BY c.customer_id
),
bought AS (
    SELECT o.store_id, o.customer_id, count(*) AS orders, sum(coalesce(o.amount, t.amount)) AS sales
    FROM ingest."order" AS o
    LEFT JOIN line_total AS t ON t.order_id = o.order_id
    WHERE o.store_id IN (SELECT store_id FROM ingest.store)
    GROUP BY o.store_id, o.customer_id
)
SELECT
    b.store_id, h.lon, h.lat, b.orders::DOUBLE AS orders, b.sales::DOUBLE AS sales,
    b.orders / sum(b.orders) OVER (PARTITION BY b.customer_id)::DOUBLE AS part
FROM bought AS b
JOIN home AS h ON h.customer_id = b.customer_id
ORDER BY b.store_id, b.customer_id;
