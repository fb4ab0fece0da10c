-- One row per rejected record: where it stands and why, never what it holds.
CREATE TABLE ingest.reject (
    source VARCHAR,
    file VARCHAR,
    line BIGINT,
    lines BIGINT,
    row_no BIGINT,
    reason VARCHAR,
    column_name VARCHAR,
    detail VARCHAR
);
