-- One row per two records that the model compared and field.
CREATE OR REPLACE TEMP TABLE compared_field (
    record_a BIGINT,
    record_b BIGINT,
    place INTEGER,
    field VARCHAR,
    level VARCHAR,
    weight DOUBLE
);
