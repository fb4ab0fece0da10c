-- One row per two records that are one party or may be, the likeliest first.
WITH said AS (
    SELECT
        unnest($kinds_a::VARCHAR[]) AS kind_a, unnest($ids_a::VARCHAR[]) AS id_a,
        unnest($kinds_b::VARCHAR[]) AS kind_b, unnest($ids_b::VARCHAR[]) AS id_b, unnest($words::VARCHAR[]) AS word
),

-- The one of a decision that comes first by kind and id may come second by number.
decided AS (
    SELECT kind_a, id_a, kind_b, id_b, word FROM said
    UNION ALL
    SELECT kind_b, id_b, kind_a, id_a, word FROM said
),

party AS (
    SELECT r.record_id, r.kind, r.id, r.name, l.address, m.party_id
    FROM linkage.record AS r
    INNER JOIN linkage.member AS m ON m.record_id = r.record_id
    LEFT JOIN warehouse.dim_location AS l ON l.location_id = r.location_id
    WHERE NOT $scoped
        OR list_contains(CASE r.kind WHEN 'customer' THEN $customers::VARCHAR[] ELSE $prospects::VARCHAR[] END, r.id)
)

SELECT
    a.kind AS kind_a, a.id AS id_a, a.name AS name_a, a.address AS address_a, a.party_id AS party_id_a,
    b.kind AS kind_b, b.id AS id_b, b.name AS name_b, b.address AS address_b, b.party_id AS party_id_b,
    p.population, p.probability, p.weight, p.rule, p.state, d.word AS decided
FROM linkage.pair AS p
INNER JOIN party AS a ON a.record_id = p.record_a
INNER JOIN party AS b ON b.record_id = p.record_b
LEFT JOIN decided AS d ON d.kind_a = a.kind AND d.id_a = a.id AND d.kind_b = b.kind AND d.id_b = b.id
WHERE $state = 'all' OR (p.state = $state AND (d.word IS NULL OR $state = d.word)) OR d.word = $state
ORDER BY p.weight DESC NULLS LAST, p.record_a, p.record_b
LIMIT $limit;
