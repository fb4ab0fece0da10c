-- One row per customer: the party and the household that the stage linkage found.
CREATE OR REPLACE TEMP VIEW linked AS
SELECT source, row_no, party_id, household_id
FROM linkage.member
WHERE kind = 'customer';
