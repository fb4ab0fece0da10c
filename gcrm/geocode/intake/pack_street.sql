-- One row per street and place without addresses of its own, of the packs; write_packs fills it.
CREATE OR REPLACE TEMP TABLE pack_street (
    pack SMALLINT,
    name VARCHAR,
    city VARCHAR,
    postcode VARCHAR,
    lon DOUBLE,
    lat DOUBLE,
    radius_m DOUBLE
);
