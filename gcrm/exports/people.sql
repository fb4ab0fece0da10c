-- One row per party: how it may be reached by one channel for one purpose, and why not where it may not.
CREATE OR REPLACE TEMP TABLE people AS
WITH word AS (
    -- What files said, and what the operational store says now.
    SELECT
        CASE WHEN customer_id IS NOT NULL THEN 'customer' ELSE 'prospect' END AS kind,
        coalesce(customer_id, prospect_id) AS id, granted, given_on, is_latest, FALSE AS stored
    FROM warehouse.fact_consent
    WHERE channel = $channel AND purpose = $purpose AND source <> 'crm'
    UNION ALL
    SELECT
        unnest($consent_kinds::VARCHAR[]), unnest($consent_ids::VARCHAR[]), unnest($consent_granted::BOOLEAN[]),
        unnest($consent_days::DATE[]), TRUE, TRUE
),
-- Of two words of one day the store's counts; of two in files the one that the star took for the later, else the no.
latest AS (
    SELECT
        kind, id, first(granted ORDER BY given_on DESC, stored DESC, is_latest DESC, granted) AS granted,
        max(given_on) AS given_on
    FROM word
    GROUP BY kind, id
),
listed AS (
    SELECT
        CASE WHEN customer_id IS NOT NULL THEN 'customer' ELSE 'prospect' END AS kind,
        coalesce(customer_id, prospect_id) AS id, name, email, phone, contact_id AS place
    FROM ingest.contact
    WHERE source <> 'crm'
    UNION ALL
    SELECT
        unnest($contact_kinds::VARCHAR[]), unnest($contact_ids::VARCHAR[]), unnest($contact_names::VARCHAR[]),
        unnest($contact_emails::VARCHAR[]), unnest($contact_phones::VARCHAR[]), ''
),
-- A detail of the store comes before that of a file; of several in files the first by identifier.
contact AS (
    SELECT
        kind, id,
        first({'name': name, 'detail': email} ORDER BY place) FILTER (WHERE email IS NOT NULL) AS by_email,
        first({'name': name, 'detail': phone} ORDER BY place) FILTER (WHERE phone IS NOT NULL) AS by_phone
    FROM listed
    GROUP BY kind, id
),
known AS (
    SELECT
        f.kind, f.id, f.name, f.segment, f.owner_id, f.area, f.active, f.is_customer, w.granted, w.given_on,
        c.by_email, c.by_phone, l.address, l.house_number, l.street, l.postcode, l.city, l.lon, l.lat, l.match_level,
        list_contains($stones::VARCHAR[], sha256($salt::BLOB || encode(f.kind || chr(31) || f.id))) AS forgotten
    FROM party AS f
    LEFT JOIN latest AS w ON w.kind = f.kind AND w.id = f.id
    LEFT JOIN contact AS c ON c.kind = f.kind AND c.id = f.id
    LEFT JOIN warehouse.dim_location AS l ON l.location_id = f.location_id
)
SELECT
    * EXCLUDE (active, is_customer, granted, forgotten),
    CASE
        WHEN forgotten THEN 'forgotten'
        WHEN NOT active THEN 'inactive'
        WHEN is_customer AND kind = 'prospect' AND $customers_too THEN 'is_customer'
        WHEN NOT granted THEN 'opted_out'
        WHEN granted IS NULL THEN 'no_consent'
        WHEN $needs = 'place' AND lon IS NULL THEN 'no_location'
        WHEN $needs = 'email' AND by_email IS NULL THEN 'no_contact'
        WHEN $needs = 'phone' AND by_phone IS NULL THEN 'no_contact'
        WHEN $needs = 'address' AND address IS NULL AND street IS NULL THEN
            CASE WHEN lon IS NULL THEN 'no_location' ELSE 'no_contact' END
        ELSE 'included'
    END AS reason
FROM known;
