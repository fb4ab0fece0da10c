-- One row per consent given or withdrawn; of a party, channel and purpose only the latest counts.
CREATE TABLE warehouse.fact_consent AS
WITH word AS (
    SELECT
        customer_id, prospect_id, granted, given_on, evidence, source, row_no,
        regexp_replace(lower(trim(channel)), '\s+', '_', 'g') AS channel,
        regexp_replace(lower(trim(purpose)), '\s+', '_', 'g') AS purpose
    FROM ingest.consent
),
alike AS (
    SELECT
        * REPLACE (
            CASE
                WHEN channel IN ('e-mail', 'e_mail') THEN 'email'
                WHEN channel IN ('mobile', 'telephone') THEN 'phone'
                WHEN channel = 'letter' THEN 'mail'
                ELSE channel
            END AS channel
        )
    FROM word
)
SELECT
    k.customer_key, p.prospect_key, a.customer_id, a.prospect_id, a.channel, a.purpose, a.granted, a.given_on,
    a.evidence, a.source,
    row_number() OVER (
        PARTITION BY a.customer_id, a.prospect_id, a.channel, a.purpose
        ORDER BY a.given_on DESC, (a.source = 'crm') DESC, a.source DESC, a.row_no DESC
    ) = 1 AS is_latest
FROM alike AS a
LEFT JOIN warehouse.dim_customer AS k ON k.customer_id = a.customer_id
LEFT JOIN warehouse.dim_prospect AS p ON p.prospect_id = a.prospect_id;
