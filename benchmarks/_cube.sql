-- The records of the star: places, customers, products, orders and their lines, drawn by hashes of their numbers.
-- Three years of orders, two to three lines each, in the order of their days; later years have more.
INSERT INTO geocode.location BY NAME
WITH drawn AS (
    SELECT i, hash(i, 11) / 2**64 AS a, hash(i, 12) / 2**64 AS b, hash(i, 13) / 2**64 AS c, hash(i, 14) / 2**64 AS d
    FROM range($locations) AS t (i)
)
-- Nine places in ten lie in towns, of which the first have the most; the others lie anywhere.
SELECT
    (i + 1)::BIGINT AS location_id,
    round(CASE WHEN a < 0.9 THEN w.lon + 0.05 * (c + hash(i, 16) / 2**64 - 1) ELSE $west + c * ($east - $west) END, 7) AS lon,
    round(CASE WHEN a < 0.9 THEN w.lat + 0.05 * (d + hash(i, 15) / 2**64 - 1)
        ELSE $south + d * ($north - $south) END, 7) AS lat,
    'given' AS match_level, 1.0::DOUBLE AS confidence, 0.0::DOUBLE AS error_m, 'matched' AS status
FROM drawn JOIN town AS w ON w.town = floor($towns * pow(b, 1.6))::INTEGER;

INSERT INTO ingest.customer BY NAME
SELECT
    'C' || lpad(i::VARCHAR, 8, '0') AS customer_id, 'Customer ' || i AS name,
    ['family', 'single', 'senior', 'student', 'trade', 'club'][1 + floor(6 * pow(hash(i, 21) / 2**64, 1.5))::INTEGER]
        AS segment,
    'S' || lpad((hash(i, 22) % 300)::VARCHAR, 3, '0') AS owner_id,
    DATE '2015-01-01' + (hash(i, 23) % 3600)::INTEGER AS since,
    CASE WHEN hash(i, 24) % 5 = 0 THEN DATE '2015-01-01' + (hash(i, 23) % 3600 + 30 + hash(i, 25) % 1500)::INTEGER END
        AS until,
    'customers' AS source, (i + 1)::BIGINT AS row_no
FROM range($customers) AS t (i);

INSERT INTO geocode.record_location BY NAME
SELECT 'customer' AS kind, 'customers' AS source, (i + 1)::BIGINT AS row_no,
    (1 + hash(i, 26) % $locations)::BIGINT AS location_id
FROM range($customers) AS t (i);

INSERT INTO ingest."order" BY NAME
SELECT
    'O' || lpad(j::VARCHAR, 9, '0') AS order_id,
    'C' || lpad((hash(floor($customers * pow(hash(j, 31) / 2**64, 1.5))::BIGINT, 32) % $customers)::VARCHAR, 8, '0')
        AS customer_id,
    DATE '2022-01-01' + floor(1096 * pow(j / $orders, 0.85))::INTEGER AS ordered_on,
    CASE WHEN hash(j, 33) % 10 < 6 THEN 'B' || lpad((hash(j, 34) % 80)::VARCHAR, 2, '0') END AS store_id,
    CASE WHEN hash(j, 33) % 10 < 6 THEN 'store' WHEN hash(j, 33) % 10 < 9 THEN 'web' ELSE 'phone' END AS channel,
    'orders' AS source, (j + 1)::BIGINT AS row_no
FROM range($orders) AS t (j);

INSERT INTO ingest.product BY NAME
SELECT 'P' || lpad(p::VARCHAR, 4, '0') AS product_id, 'Product ' || p AS name,
    'G' || lpad((p // 20)::VARCHAR, 2, '0') AS category, 'D' || lpad((p // 170)::VARCHAR, 2, '0') AS department,
    'products' AS source, (p + 1)::BIGINT AS row_no
FROM range(2000) AS t (p);

INSERT INTO ingest.order_line BY NAME
WITH drawn AS (
    SELECT k, (k * 2) // 5 AS j, floor(2000 * pow(hash(k, 41) / 2**64, 2))::INTEGER AS p,
        CASE WHEN hash(k, 42) % 50 = 0 THEN -1 ELSE 1 + hash(k, 43) % 4 END::INTEGER AS quantity
    FROM range($lines) AS t (k)
)
SELECT 'O' || lpad(j::VARCHAR, 9, '0') AS order_id, k - (j * 5 + 1) // 2 + 1 AS line_no,
    'P' || lpad(p::VARCHAR, 4, '0') AS product_id, quantity::DOUBLE AS quantity,
    (quantity * (99 + hash(p, 44) % 9900)::INTEGER / 100)::DECIMAL(18, 2) AS amount,
    'lines' AS source, k + 1 AS row_no
FROM drawn;
