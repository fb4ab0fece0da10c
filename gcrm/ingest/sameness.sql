-- One row per two records that a person decided about: the newest word on whether they are one party.
CREATE TABLE ingest.sameness (
    subject_kind VARCHAR,
    subject_id VARCHAR,
    other_kind VARCHAR,
    other_id VARCHAR,
    same BOOLEAN,
    decided_on DATE,
    source VARCHAR,
    row_no BIGINT
);
