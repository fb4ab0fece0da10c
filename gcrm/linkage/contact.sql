-- One row per customer or prospect with a contact: the e-mail address and telephone number of the one written last.
CREATE OR REPLACE TEMP TABLE reach AS
WITH named AS (
    SELECT
        CASE WHEN customer_id IS NOT NULL THEN 'customer' ELSE 'prospect' END AS kind,
        coalesce(customer_id, prospect_id) AS id,
        email, phone, source = 'crm' AS stored, source, row_no
    FROM ingest.contact
    WHERE customer_id IS NOT NULL OR prospect_id IS NOT NULL
)
SELECT
    kind, id,
    arg_max(email, (stored, source, row_no)) FILTER (email_key(email) IS NOT NULL) AS email,
    arg_max(phone, (stored, source, row_no)) FILTER (phone_key(phone) IS NOT NULL) AS phone
FROM named
GROUP BY kind, id;
