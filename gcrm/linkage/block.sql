-- One row per record of one population, with the keys that it is compared by; keys that too many share are null.
CREATE OR REPLACE TEMP TABLE compared AS
WITH led AS (
    -- The word that a name begins with.
    SELECT *, CASE WHEN population = 'person' THEN given_name ELSE regexp_extract(full_name, '^[^ ]+') END AS lead
    FROM linkage.record
    WHERE population = $population
),

keyed AS (
    SELECT
        *,
        hash(official_id) AS k1, hash(email) AS k2, hash(phone) AS k3,
        hash(born_on, surname) AS k4, hash(born_on, lead) AS k5, hash(born_on, postcode) AS k6,
        hash(full_name) AS k7, hash(surname, postcode) AS k8, hash(lead, postcode) AS k9,
        hash(street, house_number, left(lead, 1)) AS k10, hash(street, surname) AS k11, hash(house_number, city, lead) AS k12, hash(street, house_number) AS k13
    FROM led
),

known AS (
    SELECT
        * REPLACE (
            CASE WHEN official_id IS NOT NULL THEN k1 END AS k1,
            CASE WHEN email IS NOT NULL THEN k2 END AS k2,
            CASE WHEN phone IS NOT NULL THEN k3 END AS k3,
            CASE WHEN born_on IS NOT NULL AND surname IS NOT NULL THEN k4 END AS k4,
            CASE WHEN born_on IS NOT NULL AND lead IS NOT NULL THEN k5 END AS k5,
            CASE WHEN born_on IS NOT NULL AND postcode IS NOT NULL THEN k6 END AS k6,
            CASE WHEN full_name IS NOT NULL THEN k7 END AS k7,
            CASE WHEN surname IS NOT NULL AND postcode IS NOT NULL THEN k8 END AS k8,
            CASE WHEN lead IS NOT NULL AND postcode IS NOT NULL THEN k9 END AS k9,
            CASE WHEN street IS NOT NULL AND house_number IS NOT NULL AND lead IS NOT NULL THEN k10 END AS k10,
            CASE WHEN street IS NOT NULL AND surname IS NOT NULL THEN k11 END AS k11,
            CASE WHEN house_number IS NOT NULL AND city IS NOT NULL AND lead IS NOT NULL THEN k12 END AS k12,
            CASE WHEN street IS NOT NULL AND house_number IS NOT NULL THEN k13 END AS k13)
    FROM keyed
)

SELECT
    record_id, kind, id, full_name, given_name, surname, legal_form, house_number, street, unit, postcode, city,
    born_on, official_id, email, phone,
    CASE WHEN count(*) OVER (PARTITION BY k1) <= $most THEN k1 END AS key_1,
    CASE WHEN count(*) OVER (PARTITION BY k2) <= $most THEN k2 END AS key_2,
    CASE WHEN count(*) OVER (PARTITION BY k3) <= $most THEN k3 END AS key_3,
    CASE WHEN count(*) OVER (PARTITION BY k4) <= $most THEN k4 END AS key_4,
    CASE WHEN count(*) OVER (PARTITION BY k5) <= $most THEN k5 END AS key_5,
    CASE WHEN count(*) OVER (PARTITION BY k6) <= $most THEN k6 END AS key_6,
    CASE WHEN count(*) OVER (PARTITION BY k7) <= $most THEN k7 END AS key_7,
    CASE WHEN count(*) OVER (PARTITION BY k8) <= $most THEN k8 END AS key_8,
    CASE WHEN count(*) OVER (PARTITION BY k9) <= $most THEN k9 END AS key_9,
    CASE WHEN count(*) OVER (PARTITION BY k10) <= $most THEN k10 END AS key_10,
    CASE WHEN count(*) OVER (PARTITION BY k11) <= $most THEN k11 END AS key_11,
    CASE WHEN count(*) OVER (PARTITION BY k12) <= $most THEN k12 END AS key_12,
    -- Houses, not blocks of flats: nothing but the address is common to these.
    CASE WHEN count(*) OVER (PARTITION BY k13) <= $few THEN k13 END AS key_13
FROM known;
