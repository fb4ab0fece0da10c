-- One row per person with an address: the household.
CREATE OR REPLACE TEMP TABLE home AS
WITH person AS (
    SELECT k.root, unnest(f.records) AS record_id, f.unit
    FROM kin AS k
    INNER JOIN family AS f ON f.family_no = k.family_no
),

-- How many parties share it: too many without a unit are a house, and each is a household of its own.
counted AS (
    SELECT p.root, count(DISTINCT c.root) AS parties, bool_and(p.unit IS NOT NULL) AS united
    FROM person AS p
    INNER JOIN cluster AS c ON c.record_id = p.record_id
    GROUP BY p.root
),

kept AS (
    SELECT p.record_id, CASE WHEN n.united OR n.parties <= $most THEN p.root END AS root, c.root AS party
    FROM person AS p
    INNER JOIN counted AS n ON n.root = p.root
    INNER JOIN cluster AS c ON c.record_id = p.record_id
)

SELECT
    k.record_id,
    min(k.record_id) OVER (PARTITION BY k.root, CASE WHEN k.root IS NULL THEN k.party END) AS lead_id,
    k.root IS NULL AS crowded
FROM kept AS k;
