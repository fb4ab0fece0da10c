-- One row per record of the sources with an address in parts or as one text, as read; the readers of files and of OpenStreetMap fill it.
CREATE OR REPLACE TEMP TABLE raw_point (
    house_number VARCHAR,
    street VARCHAR,
    unit VARCHAR,
    postcode VARCHAR,
    city VARCHAR,
    lon DOUBLE,
    lat DOUBLE,
    address VARCHAR
);
