-- One row per place of the packs; write_packs fills it.
CREATE OR REPLACE TEMP TABLE pack_place (
    pack SMALLINT,
    name VARCHAR,
    kind VARCHAR,
    lon DOUBLE,
    lat DOUBLE,
    radius_m DOUBLE
);
