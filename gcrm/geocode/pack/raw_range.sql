-- One row per side of a street segment of the sources, as read; the readers of centrelines and of OpenStreetMap fill it.
-- `side` is null where the line goes through the houses, and `parity` where the numbers say it.
CREATE OR REPLACE TEMP TABLE raw_range (
    street VARCHAR,
    postcode VARCHAR,
    city VARCHAR,
    side VARCHAR,
    from_number BIGINT,
    to_number BIGINT,
    lon DOUBLE,
    lat DOUBLE,
    geometry BLOB,
    parity VARCHAR
);
