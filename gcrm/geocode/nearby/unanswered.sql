-- One row per open question that no reference address answers: what is looked for.
CREATE OR REPLACE TEMP TABLE unanswered AS
SELECT *
FROM open
WHERE query_no NOT IN (SELECT query_no FROM answer WHERE rule NOT IN ('elsewhere', 'unsure'));
