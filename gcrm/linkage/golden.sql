-- One row per party of several records and field: the value that counts, where it comes from, and by which rule.
CREATE TABLE linkage.golden AS
WITH brought AS (
    SELECT
        'customer' AS kind, customer_id AS id, source, row_no, name, email, phone, born_on, official_id, segment,
        owner_id, since
    FROM ingest.customer
    UNION ALL
    SELECT
        'prospect', prospect_id, source, row_no, name, email, phone, born_on, official_id, segment, owner_id, since
    FROM ingest.prospect
),

shared AS (
    SELECT
        m.party_id, m.kind, m.id, m.source, m.record_id, b.since,
        b.name, l.address, coalesce(b.email, e.email) AS email, coalesce(b.phone, e.phone) AS phone,
        b.born_on::VARCHAR AS born_on, b.official_id, b.segment, b.owner_id
    FROM linkage.member AS m
    INNER JOIN linkage.record AS r ON r.record_id = m.record_id
    INNER JOIN brought AS b ON b.kind = m.kind AND b.source = m.source AND b.row_no = m.row_no
    LEFT JOIN reach AS e ON e.kind = m.kind AND e.id = m.id
    LEFT JOIN geocode.location AS l ON l.location_id = r.location_id
    WHERE m.records > 1
),

-- Street, number, postcode and city stay together: an address is never made of two.
said AS (
    UNPIVOT shared ON name, address, email, phone, born_on, official_id, segment, owner_id INTO NAME field VALUE value
),

ranked AS (
    SELECT
        s.*, g.rule, coalesce(t.place, $sources) AS place,
        row_number() OVER (
            PARTITION BY s.party_id, s.field
            ORDER BY
                CASE WHEN g.rule = 'trusted' THEN coalesce(t.place, $sources) END,
                CASE WHEN g.rule = 'complete' THEN length(s.value) END DESC,
                CASE WHEN g.rule = 'recent' THEN s.since END DESC NULLS LAST,
                coalesce(t.place, $sources), s.since DESC NULLS LAST, s.kind, s.record_id
        ) AS turn,
        count(DISTINCT s.value) OVER (PARTITION BY s.party_id, s.field) AS spellings
    FROM said AS s
    INNER JOIN golden_rule AS g ON g.field = s.field
    LEFT JOIN trust AS t ON t.source = s.source
)

SELECT party_id, field, value, kind, id, source, rule, (spellings - 1)::INTEGER AS others
FROM ranked
WHERE turn = 1
ORDER BY party_id, field;
