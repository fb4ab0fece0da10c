-- One row per kind of party, field and level: how often it is met among records of one party, and of different ones.
CREATE TABLE linkage.parameter (
    population VARCHAR,
    field VARCHAR,
    place INTEGER,
    level VARCHAR,
    same_share DOUBLE,
    different_share DOUBLE,
    weight DOUBLE,
    estimated BOOLEAN
);
