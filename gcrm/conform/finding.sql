-- One row per finding about regions and places; it begins empty.
CREATE OR REPLACE TABLE conform.finding (
    kind VARCHAR,
    layer_id SMALLINT,
    region_id VARCHAR,
    other_id VARCHAR,
    area_m2 DOUBLE,
    count BIGINT,
    detail VARCHAR
);
