-- One row per postcode and pack; write_packs fills it.
CREATE OR REPLACE TEMP TABLE pack_postcode (
    pack SMALLINT,
    postcode VARCHAR,
    city VARCHAR,
    lon DOUBLE,
    lat DOUBLE,
    radius_m DOUBLE
);
