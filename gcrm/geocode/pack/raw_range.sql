-- One row per side of a street segment of the sources, as read; the reader of centrelines fills it.
CREATE OR REPLACE TEMP TABLE raw_range (
    street VARCHAR,
    postcode VARCHAR,
    city VARCHAR,
    side VARCHAR,
    from_number BIGINT,
    to_number BIGINT,
    lon DOUBLE,
    lat DOUBLE,
    geometry BLOB
);
