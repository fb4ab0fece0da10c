-- One row per place that footprints or parcels hold: which site, how, and how far off; attached by attachment.py.
CREATE OR REPLACE TEMP TABLE building_held (
    location_id BIGINT,
    site BIGINT,
    how VARCHAR,
    distance_m DOUBLE
);
