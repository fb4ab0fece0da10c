-- One row per address and surname there: the one that stands for the household.
CREATE OR REPLACE TEMP TABLE kin AS
SELECT f.family_no, coalesce(j.root, f.family_no) AS root
FROM family AS f
LEFT JOIN joined AS j ON j.member = f.family_no;
