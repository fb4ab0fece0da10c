-- One row per match level, status and band of score and lead over the next place: how often such a match is right.
-- Measured by tests/geocode/calibration.py on half of the streets of four cities (3,000 questions per city and kind of noise).
CREATE OR REPLACE TEMP TABLE confidence AS
SELECT
    match_level, status, score_from::DOUBLE AS score_from, score_to::DOUBLE AS score_to,
    gap_from::DOUBLE AS gap_from, gap_to::DOUBLE AS gap_to, confidence::DOUBLE AS confidence
FROM (
    VALUES
    ('given', 'matched', 0, 101, 0, 101, 1.0),
    ('exact', 'matched', 100, 101, 0, 101, 0.9997),
    ('exact', 'matched', 97, 100, 0, 101, 0.9991),
    ('exact', 'matched', 95, 97, 0, 101, 0.9981),
    ('exact', 'matched', 93, 95, 0, 101, 0.9785),
    ('exact', 'matched', 90, 93, 0, 101, 0.9949),
    ('exact', 'matched', 87, 90, 0, 101, 0.9933),
    ('exact', 'matched', 85, 87, 0, 101, 0.995),
    ('exact', 'matched', 80, 85, 0, 101, 0.9868),
    ('exact', 'matched', 76, 80, 0, 101, 0.9895),
    ('exact', 'matched', 0, 76, 0, 101, 0.961),
    ('exact', 'tie', 40, 101, 0, 101, 0.48),
    ('exact', 'tie', 0, 40, 0, 101, 0.4),
    -- Not measured there: no address of the four cities names a parcel.
    ('parcel', 'matched', 0, 101, 0, 101, 0.9),
    ('suffix', 'matched', 86, 101, 0, 101, 0.911),
    ('suffix', 'matched', 0, 86, 0, 101, 0.829),
    ('range', 'matched', 90, 101, 0, 101, 0.963),
    ('range', 'matched', 0, 90, 0, 101, 0.669),
    ('interpolated', 'matched', 83, 101, 0, 101, 0.9875),
    ('interpolated', 'matched', 78, 83, 0, 101, 0.948),
    ('interpolated', 'matched', 0, 78, 0, 101, 0.943),
    ('interpolated', 'tie', 0, 101, 0, 101, 0.9),
    -- Measured on Cambridge's centrelines (19,319 addresses, median 14 m off) and its crossings.
    ('segment', 'matched', 0, 101, 0, 101, 0.944),
    ('intersection', 'matched', 0, 101, 0, 101, 0.94),
    -- Measured anew with 250 questions of each kind, since the postcode is heard where a number is new to its street.
    ('street', 'matched', 62, 101, 0, 101, 0.975),
    ('street', 'matched', 60, 62, 0, 101, 0.958),
    ('street', 'matched', 57, 60, 0, 101, 0.605),
    ('street', 'matched', 53.5, 57, 0, 101, 0.941),
    ('street', 'matched', 50, 53.5, 0, 101, 0.54),
    ('street', 'matched', 0, 50, 0, 101, 0.333),
    ('street', 'tie', 0, 101, 0, 101, 0.1),
    ('postcode', 'matched', 0, 101, 0, 101, 0.917),
    ('postcode', 'tie', 0, 101, 0, 101, 0.1),
    ('place', 'matched', 0, 101, 0, 101, 0.956),
    ('place', 'tie', 0, 101, 0, 101, 0.1),
    -- What nobody has looked at is not taken.
    (NULL, 'review', 0, 101, 0, 101, 0.2)
) AS t (match_level, status, score_from, score_to, gap_from, gap_to, confidence);
