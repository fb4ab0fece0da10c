-- One row per customer or prospect that lies in the chosen areas, active or not.
CREATE OR REPLACE TEMP TABLE party (
    kind VARCHAR, id VARCHAR, name VARCHAR, segment VARCHAR, owner_id VARCHAR, area VARCHAR,
    active BOOLEAN, is_customer BOOLEAN, location_id BIGINT
);
