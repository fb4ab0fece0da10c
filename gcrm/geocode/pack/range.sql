-- One row per distinct side of a street segment: its house numbers in the direction of the line, and their parity.
CREATE OR REPLACE TEMP TABLE packed_range AS
SELECT DISTINCT
    street, postcode, city, side,
    CASE
        WHEN parity IS NOT NULL THEN parity
        WHEN from_number % 2 <> to_number % 2 THEN 'both'
        WHEN from_number % 2 = 0 THEN 'even'
        ELSE 'odd'
    END AS parity,
    from_number, to_number, geometry
FROM raw_range
WHERE street IS NOT NULL AND from_number > 0 AND to_number > 0 AND geometry IS NOT NULL;
