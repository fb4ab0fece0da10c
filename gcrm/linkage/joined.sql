-- One row per member of a cluster that another stands for.
CREATE OR REPLACE TEMP TABLE joined (
    member BIGINT,
    root BIGINT
);
