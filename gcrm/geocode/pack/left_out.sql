-- One row per reason for which records of the sources are not in the pack: how many.
WITH kept AS (
    SELECT
        CASE
            WHEN lon IS NULL OR lat IS NULL OR (lon = 0 AND lat = 0) THEN 'no_point'
            WHEN NOT (lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90) THEN 'outside'
            WHEN address IS NOT NULL THEN 'kept'
            WHEN house_number IS NOT NULL AND street IS NULL AND city IS NULL THEN 'no_street'
            WHEN coalesce(house_number, street, postcode, city) IS NULL THEN 'no_address'
            WHEN house_number IS NULL THEN 'street'
            ELSE 'kept'
        END AS reason
    FROM raw_point
),

counted AS (
    SELECT reason, count(*) AS records FROM kept WHERE reason NOT IN ('kept', 'street') GROUP BY reason
    UNION ALL
    SELECT
        'duplicate',
        (SELECT count(*) FROM kept WHERE reason = 'kept') - (SELECT count(*) FROM packed_point)
    UNION ALL
    SELECT
        CASE
            WHEN street IS NULL THEN 'no_street'
            WHEN geometry IS NULL THEN 'bad_line'
            ELSE 'no_numbers'
        END,
        count(*)
    FROM raw_range
    WHERE street IS NULL OR geometry IS NULL OR coalesce(from_number, 0) <= 0 OR coalesce(to_number, 0) <= 0
    GROUP BY ALL
)

SELECT reason, sum(records)::BIGINT AS records
FROM counted
GROUP BY reason
HAVING sum(records) > 0
ORDER BY reason;
