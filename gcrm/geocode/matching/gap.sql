-- One row per length of a beginning of a name and way to leave out up to two of its letters: which of them. Words at two
-- edits or fewer have in common what is left of them; of short words one letter may be missing, of the shortest none.
CREATE OR REPLACE TEMP TABLE gap AS
WITH size AS (
    SELECT unnest(range(0, 8)) AS letters
)

SELECT letters, 8 AS first, 9 AS second FROM size
UNION ALL
SELECT letters, unnest(range(1, letters + 1)), 9 FROM size WHERE letters >= 3
UNION ALL
SELECT letters, first, unnest(range(first + 1, letters + 1))
FROM (SELECT letters, unnest(range(1, letters)) AS first FROM size WHERE letters >= 5);
