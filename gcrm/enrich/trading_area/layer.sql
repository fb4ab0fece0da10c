-- One row per level whose regions are computed; it begins empty.
CREATE TABLE enrich.layer (
    layer_id SMALLINT,
    level VARCHAR,
    overlapping BOOLEAN,
    resolution INTEGER,
    regions BIGINT
);
