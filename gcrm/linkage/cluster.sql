-- One row per record: the one that stands for its party, itself where it was not joined.
CREATE OR REPLACE TEMP TABLE cluster AS
SELECT r.record_id, coalesce(j.root, r.record_id) AS root
FROM linkage.record AS r
LEFT JOIN joined AS j ON j.member = r.record_id;
