-- One row per address point of the packs, and which pack it comes from; write_packs fills it.
CREATE OR REPLACE TEMP TABLE pack_point (
    pack SMALLINT,
    house_number VARCHAR,
    street VARCHAR,
    unit VARCHAR,
    postcode VARCHAR,
    city VARCHAR,
    lon DOUBLE,
    lat DOUBLE
);
