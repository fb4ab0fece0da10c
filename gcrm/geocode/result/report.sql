-- One row per kind, rule and level: how many records were decided so.
WITH decided AS (
    SELECT kind, 'point' AS rule, count(*) AS records
    FROM located_record
    WHERE pointed AND kind <> 'pack'
    GROUP BY kind
    UNION ALL
    SELECT r.kind, m.rule, count(*)
    FROM geocode.record_location AS r
    INNER JOIN match AS m ON m.location_id = r.location_id
    GROUP BY r.kind, m.rule
)

SELECT d.kind, rule.match_level, rule.status, rule.rule, rule.meaning, d.records
FROM decided AS d
INNER JOIN rule ON rule.rule = d.rule
ORDER BY d.kind, rule.rank;
