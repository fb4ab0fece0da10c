-- One row per task of the operational store; a visit that is still planned is a task too.
CREATE TABLE warehouse.fact_task AS
SELECT
    t.task_id, t.subject_kind, t.subject_id, t.level, k.customer_key, p.prospect_key, t.owner_id, t.title, t.due_on,
    t.state, t.created_on
FROM ingest.task AS t
LEFT JOIN warehouse.dim_customer AS k ON t.subject_kind = 'customer' AND k.customer_id = t.subject_id
LEFT JOIN warehouse.dim_prospect AS p ON t.subject_kind = 'prospect' AND p.prospect_id = t.subject_id
ORDER BY t.due_on, t.task_id;
