-- One row per thing that stands for a building: a footprint, a parcel, or a point of known addresses; before it is numbered.
CREATE OR REPLACE TEMP TABLE building_site (
    site BIGINT,
    stand VARCHAR,
    building_id VARCHAR,
    parcel_id VARCHAR,
    source VARCHAR,
    row_no BIGINT,
    lon DOUBLE,
    lat DOUBLE,
    area_m2 DOUBLE,
    compactness DOUBLE,
    touching INTEGER
);
