-- One row per located place and computed region version that covers it; it begins empty.
CREATE TABLE enrich.location_region (
    location_id BIGINT,
    layer_id SMALLINT,
    region_key INTEGER,
    valid_from DATE,
    valid_to DATE
);
