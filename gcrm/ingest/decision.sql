-- One row per address that a person decided about: the newest word on where it lies, or that it lies nowhere.
CREATE TABLE ingest.decision (
    address_key VARCHAR,
    action VARCHAR,
    lon DOUBLE,
    lat DOUBLE,
    decided_on DATE,
    source VARCHAR,
    row_no BIGINT
);
