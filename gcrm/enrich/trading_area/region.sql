-- One row per computed region and validity; it begins empty.
CREATE TABLE enrich.region (
    region_key INTEGER,
    layer_id SMALLINT,
    hierarchy VARCHAR,
    level VARCHAR,
    region_id VARCHAR,
    name VARCHAR,
    parent_key INTEGER,
    valid_from DATE,
    valid_to DATE,
    geometry BLOB,
    area_m2 DOUBLE,
    lon DOUBLE,
    lat DOUBLE
);
