-- One row per task of the operational store; a visit that is still planned is a task too.
CREATE TABLE ingest.task (
    task_id VARCHAR,
    subject_kind VARCHAR,
    subject_id VARCHAR,
    level VARCHAR,
    title VARCHAR,
    due_on DATE,
    owner_id VARCHAR,
    state VARCHAR,
    created_on DATE,
    source VARCHAR,
    row_no BIGINT
);
