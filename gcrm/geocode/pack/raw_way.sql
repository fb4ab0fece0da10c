-- One row per street of the sources and point on it; the readers fill it.
CREATE OR REPLACE TEMP TABLE raw_way (
    name VARCHAR,
    postcode VARCHAR,
    city VARCHAR,
    lon DOUBLE,
    lat DOUBLE
);
