-- No row in any table of this room: nothing is asked.
CREATE OR REPLACE TEMP TABLE unanswered (
    query_no BIGINT, house_number VARCHAR, street VARCHAR, postcode VARCHAR, city VARCHAR, crossing VARCHAR[],
    number INTEGER, number_last INTEGER, postcode_known BOOLEAN, street_known BOOLEAN, number_inside BOOLEAN
);
CREATE OR REPLACE TEMP TABLE meant (
    query_no BIGINT, number INTEGER, postcode VARCHAR, city VARCHAR, street VARCHAR, faults VARCHAR[], price DOUBLE,
    here BOOLEAN, postcode_fault VARCHAR
);
CREATE OR REPLACE TEMP TABLE surrounded (
    query_no BIGINT, number INTEGER, postcode VARCHAR, city VARCHAR, street VARCHAR, faults VARCHAR[], price DOUBLE,
    here BOOLEAN, postcode_fault VARCHAR, below INTEGER
);
CREATE OR REPLACE TEMP TABLE enclosed (
    query_no BIGINT, lon DOUBLE, lat DOUBLE, error_m DOUBLE, faults VARCHAR[], address VARCHAR
);
CREATE OR REPLACE TEMP TABLE neighbour (
    query_no BIGINT, lon DOUBLE, lat DOUBLE, error_m DOUBLE, faults VARCHAR[], address VARCHAR
);
CREATE OR REPLACE TEMP TABLE member (rule VARCHAR, street VARCHAR, within VARCHAR, lon DOUBLE, lat DOUBLE);
CREATE OR REPLACE TEMP TABLE near (
    query_no BIGINT, rule VARCHAR, lon DOUBLE, lat DOUBLE, error_m DOUBLE, faults VARCHAR[], address VARCHAR
);
CREATE OR REPLACE TEMP TABLE segment (
    query_no BIGINT, lon DOUBLE, lat DOUBLE, error_m DOUBLE, address VARCHAR, faults VARCHAR[]
);
CREATE OR REPLACE TEMP TABLE crossed (
    query_no BIGINT, postcode VARCHAR, city VARCHAR, first BOOLEAN, street VARCHAR, faults VARCHAR[], price DOUBLE
);
CREATE OR REPLACE TEMP TABLE node (street VARCHAR, lon DOUBLE, lat DOUBLE);
CREATE OR REPLACE TEMP TABLE crossing (
    query_no BIGINT, rule VARCHAR, lon DOUBLE, lat DOUBLE, error_m DOUBLE, address VARCHAR, faults VARCHAR[]
);
