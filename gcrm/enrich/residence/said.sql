-- One row per word of a register: what it says of one record; build.py fills it.
CREATE OR REPLACE TEMP TABLE residence_said (
    word VARCHAR,
    kind VARCHAR,
    least INTEGER,
    most INTEGER,
    shares_wall BOOLEAN
);
