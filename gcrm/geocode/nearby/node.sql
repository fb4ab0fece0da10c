-- One row per end of a street segment of a street that is said to cross another; crossing.py fills it.
CREATE OR REPLACE TEMP TABLE node (
    street VARCHAR,
    lon DOUBLE,
    lat DOUBLE
);
