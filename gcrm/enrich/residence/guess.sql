-- One row per site: the type that the model or a rule gives it, among those that are open; inference.py fills it.
CREATE OR REPLACE TEMP TABLE residence_guess (
    site BIGINT,
    kind VARCHAR,
    confidence DOUBLE,
    stability DOUBLE
);
