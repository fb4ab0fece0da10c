-- One row per located place, layer and region version; it begins empty.
CREATE OR REPLACE TABLE conform.location_region (
    location_id BIGINT,
    layer_id SMALLINT,
    region_key INTEGER,
    valid_from DATE,
    valid_to DATE
);
