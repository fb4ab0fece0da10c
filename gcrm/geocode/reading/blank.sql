-- No row in any table of this room: there is no text to be taken apart.
CREATE OR REPLACE TEMP TABLE arranged (
    address VARCHAR, house_number VARCHAR, street VARCHAR, unit VARCHAR, postcode VARCHAR, city VARCHAR,
    parcel_id VARCHAR, text VARCHAR, swapped VARCHAR, own_number VARCHAR, own_street VARCHAR, own_postcode VARCHAR,
    own_city VARCHAR
);
CREATE OR REPLACE TEMP TABLE parsed (
    address VARCHAR, house_number VARCHAR, street VARCHAR, unit VARCHAR, postcode VARCHAR, city VARCHAR,
    parcel_id VARCHAR, swapped VARCHAR, number_text VARCHAR, street_text VARCHAR, unit_text VARCHAR,
    postcode_text VARCHAR, city_text VARCHAR, crossing STRUCT(one VARCHAR, other VARCHAR), not_understood VARCHAR
);
CREATE OR REPLACE TEMP TABLE street (street_text VARCHAR, street VARCHAR, post_box BOOLEAN);
CREATE OR REPLACE TEMP TABLE address (
    address VARCHAR, house_number VARCHAR, street VARCHAR, unit VARCHAR, postcode VARCHAR, city VARCHAR,
    parcel_id VARCHAR, swapped VARCHAR, number_text VARCHAR, street_text VARCHAR, unit_text VARCHAR,
    postcode_text VARCHAR, city_text VARCHAR, not_understood VARCHAR, number_key VARCHAR, street_key VARCHAR,
    unit_key VARCHAR, postcode_key VARCHAR, city_key VARCHAR, crossing VARCHAR[], post_box BOOLEAN,
    location_id BIGINT, location_check UBIGINT
);
