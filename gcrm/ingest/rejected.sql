-- One row per rejected record of the file that has just been read.
INSERT INTO ingest.reject
WITH fault AS (
    SELECT unnest($codes) AS fault, unnest($reasons) AS reason, unnest($columns) AS column_name,
        unnest($details) AS detail
),

broken AS (
    SELECT unnest($broken_rows) AS row_no, unnest($broken_reasons) AS reason, unnest($broken_details) AS detail
),

multiline AS (
    SELECT unnest($multiline) AS row_no, unnest($extra) AS extra, unnest($total) AS total
),

bad AS (
    SELECT r.row_no, f.reason, f.column_name, f.detail
    FROM ingest.load AS r
    INNER JOIN fault AS f ON f.fault = r.fault
    WHERE r.fault IS NOT NULL
    UNION ALL
    SELECT row_no, reason, NULL, detail
    FROM broken
),

-- A record begins behind the header, the records before it, and the further lines of those among them that have some.
placed AS (
    SELECT b.*, $header + b.row_no + coalesce(m.total, 0) AS line
    FROM bad AS b
    ASOF LEFT JOIN multiline AS m ON m.row_no < b.row_no
)

SELECT
    $source, $file, p.line, CASE WHEN p.line IS NOT NULL THEN 1 + coalesce(m.extra, 0) END, $before + p.row_no, p.reason,
    p.column_name, p.detail
FROM placed AS p
LEFT JOIN multiline AS m ON m.row_no = p.row_no
ORDER BY p.row_no;
