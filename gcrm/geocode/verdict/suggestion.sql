-- One row per place that a remote geocoder found: its point, and what the provider takes it for.
CREATE OR REPLACE TEMP TABLE suggestion (
    location_id BIGINT, match_level VARCHAR, lon DOUBLE, lat DOUBLE, error_m DOUBLE, confidence DOUBLE
);
