-- One row per place of the sources; the reader of OpenStreetMap fills it.
CREATE OR REPLACE TEMP TABLE raw_place (
    name VARCHAR,
    kind VARCHAR,
    lon DOUBLE,
    lat DOUBLE
);
