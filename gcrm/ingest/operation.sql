-- One row per operational store that was read: none, or one.
CREATE TABLE ingest.operation (
    identity VARCHAR,
    last_change BIGINT,
    forgotten BIGINT
);
