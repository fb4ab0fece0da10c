-- One row per source and file: what the file is, and where its records went.
CREATE TABLE ingest.source (
    source VARCHAR,
    kind VARCHAR,
    file VARCHAR,
    format VARCHAR,
    crs VARCHAR,
    rows_in BIGINT,
    rows_loaded BIGINT,
    rows_rejected BIGINT,
    rows_superseded BIGINT,
    rows_deleted BIGINT,
    physical_lines BIGINT,
    header_lines BIGINT,
    loaded_lines BIGINT,
    rejected_lines BIGINT,
    superseded_lines BIGINT,
    deleted_lines BIGINT
);
