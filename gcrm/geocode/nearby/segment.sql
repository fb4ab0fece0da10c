-- One row per open question that a street segment answers: a point beside its line; segment.py fills it.
CREATE OR REPLACE TEMP TABLE segment (
    query_no BIGINT,
    lon DOUBLE,
    lat DOUBLE,
    error_m DOUBLE,
    address VARCHAR,
    faults VARCHAR []
);
