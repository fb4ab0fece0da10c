-- One row per side of a street segment with house numbers, of the packs; write_packs fills it.
CREATE OR REPLACE TEMP TABLE pack_range (
    pack SMALLINT,
    street VARCHAR,
    postcode VARCHAR,
    city VARCHAR,
    side VARCHAR,
    parity VARCHAR,
    from_number BIGINT,
    to_number BIGINT,
    geometry BLOB
);
