-- One row per parcel that a record without a point names: its inner point; parcel.py fills it.
CREATE OR REPLACE TEMP TABLE parcel_point (
    parcel_id VARCHAR,
    lon DOUBLE,
    lat DOUBLE,
    error_m DOUBLE
);
