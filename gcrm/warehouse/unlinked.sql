-- No row: the project does not look for duplicates.
CREATE OR REPLACE TEMP VIEW linked AS
SELECT source, row_no, NULL::VARCHAR AS party_id, NULL::VARCHAR AS household_id
FROM ingest.customer
WHERE false;
