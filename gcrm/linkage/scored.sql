-- One row per two records that the model compared, of both kinds of parties.
CREATE OR REPLACE TEMP TABLE scored (
    record_a BIGINT,
    record_b BIGINT,
    weight DOUBLE,
    probability DOUBLE,
    naming VARCHAR,
    id_level INTEGER,
    birth_level INTEGER
);
