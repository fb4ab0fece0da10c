-- One row per located place and region version that covers it, where the place's error reaches over the region's border.
CREATE OR REPLACE TABLE conform.location_uncertain (
    location_id BIGINT,
    layer_id SMALLINT,
    region_key INTEGER,
    share_outside DOUBLE
);
