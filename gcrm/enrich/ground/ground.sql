-- One row per thing that the base map draws and range of zoom levels.
CREATE TABLE enrich.ground (
    layer VARCHAR,
    kind VARCHAR,
    name VARCHAR,
    storey INTEGER,
    rank INTEGER,
    min_zoom INTEGER,
    max_zoom INTEGER,
    west DOUBLE,
    south DOUBLE,
    east DOUBLE,
    north DOUBLE,
    geometry BLOB
);
