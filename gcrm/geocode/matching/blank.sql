-- No row in any table of this room: nothing is asked.
CREATE OR REPLACE TEMP TABLE query (
    query_no BIGINT, house_number VARCHAR, street VARCHAR, postcode VARCHAR, city VARCHAR, crossing VARCHAR[],
    places BIGINT[]
);
CREATE OR REPLACE TEMP TABLE exact (
    query_no BIGINT, rule VARCHAR, lon DOUBLE, lat DOUBLE, error_m DOUBLE, address VARCHAR
);
CREATE OR REPLACE TEMP TABLE open (
    query_no BIGINT, house_number VARCHAR, street VARCHAR, postcode VARCHAR, city VARCHAR, crossing VARCHAR[],
    number INTEGER, number_last INTEGER, postcode_known BOOLEAN, street_known BOOLEAN, number_inside BOOLEAN
);
CREATE OR REPLACE TEMP TABLE mend (
    word VARCHAR, ahead BOOLEAN, parted BOOLEAN, canonical VARCHAR, edits BIGINT, unsure BOOLEAN
);
CREATE OR REPLACE TEMP TABLE said (street VARCHAR, mended BOOLEAN, spoken VARCHAR);
CREATE OR REPLACE TEMP TABLE beginning (beginning VARCHAR, reference_beginning VARCHAR);
CREATE OR REPLACE TEMP TABLE street_pair (street VARCHAR, mended BOOLEAN, reference_street VARCHAR, near BOOLEAN);
CREATE OR REPLACE TEMP TABLE alike (
    street VARCHAR, reference_street VARCHAR, near BOOLEAN, faults VARCHAR[], price DOUBLE
);
CREATE OR REPLACE TEMP TABLE candidate (
    query_no BIGINT, reference_id INTEGER, lon DOUBLE, lat DOUBLE, error_m DOUBLE, street VARCHAR,
    same_street BOOLEAN, same_postcode BOOLEAN, number_fault VARCHAR, faults VARCHAR[], price DOUBLE
);
CREATE OR REPLACE TEMP TABLE choice (
    query_no BIGINT, reference_id INTEGER, lon DOUBLE, lat DOUBLE, error_m DOUBLE, street VARCHAR,
    same_street BOOLEAN, same_postcode BOOLEAN, number_fault VARCHAR, faults VARCHAR[], price DOUBLE, place_no BIGINT,
    gap DOUBLE, apart_m DOUBLE
);
CREATE OR REPLACE TEMP TABLE answer (
    query_no BIGINT, reference_id INTEGER, lon DOUBLE, lat DOUBLE, number_fault VARCHAR, address VARCHAR,
    error_m DOUBLE, apart_m DOUBLE, gap DOUBLE, price DOUBLE, faults VARCHAR[], rule VARCHAR
);
