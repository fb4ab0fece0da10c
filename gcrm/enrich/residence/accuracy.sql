-- One row per stand, type and type that a model gives which was learned without the building; inference.py fills it.
CREATE TABLE enrich.residence_accuracy (
    stand VARCHAR,
    residence_type VARCHAR,
    inferred_type VARCHAR,
    buildings BIGINT
);
