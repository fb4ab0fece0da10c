-- One row per building that a person decided about: the newest word on its type of residence and its units.
CREATE TABLE ingest.residence (
    building_id VARCHAR,
    residence_type VARCHAR,
    units BIGINT,
    decided_on DATE,
    source VARCHAR,
    row_no BIGINT
);
