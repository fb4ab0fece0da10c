-- One row per kind: records whose lon and lat are no valid point (one is missing, out of range, or both are 0).
SELECT kind, count(*) AS records
FROM located_record
WHERE NOT pointed AND (lon IS NOT NULL OR lat IS NOT NULL)
GROUP BY kind
ORDER BY kind;
