-- One row per region and validity; it begins empty.
CREATE OR REPLACE TABLE conform.region (
    region_key INTEGER,
    layer_id SMALLINT,
    hierarchy VARCHAR,
    level VARCHAR,
    region_id VARCHAR,
    name VARCHAR,
    parent_id VARCHAR,
    parent_key INTEGER,
    valid_from DATE,
    valid_to DATE,
    geometry BLOB,
    area_m2 DOUBLE,
    lon DOUBLE,
    lat DOUBLE,
    repaired BOOLEAN
);
