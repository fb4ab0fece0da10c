-- One row per building and region version that its inner point lies in; assigned as places are.
CREATE TABLE enrich.building_region (
    building_key BIGINT,
    layer_id SMALLINT,
    region_key INTEGER,
    valid_from DATE,
    valid_to DATE
);
