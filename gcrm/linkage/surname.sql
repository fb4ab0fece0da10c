-- One row per address and surname of the people there.
CREATE OR REPLACE TEMP TABLE family AS
SELECT
    row_number() OVER (ORDER BY postcode, city, street, house_number, unit, surname) AS family_no,
    street, house_number, unit, postcode, city, surname,
    count(*) OVER (PARTITION BY street, house_number, unit, postcode, city) AS surnames,
    list(record_id ORDER BY record_id) AS records
FROM linkage.record
WHERE population = 'person' AND street IS NOT NULL AND house_number IS NOT NULL AND surname IS NOT NULL
GROUP BY street, house_number, unit, postcode, city, surname;
