-- One row per open question whose number lies between two of its side of the street: a point between them; `enclosed`
-- fills it.
CREATE OR REPLACE TEMP TABLE neighbour (
    query_no BIGINT,
    lon DOUBLE,
    lat DOUBLE,
    error_m DOUBLE,
    faults VARCHAR [],
    address VARCHAR
);
