-- One row per level of a hierarchy of regions; it begins empty.
CREATE OR REPLACE TABLE conform.layer (
    layer_id SMALLINT,
    hierarchy VARCHAR,
    level VARCHAR,
    depth INTEGER,
    overlapping BOOLEAN,
    resolution INTEGER,
    regions BIGINT
);
