-- One row per match level, status and band of score and lead over the next place: how often such a match is right.
-- Measured by tests/geocode/calibration.py on half of the streets of four cities (3,000 questions per city and kind of noise).
CREATE OR REPLACE TEMP TABLE confidence AS
SELECT
    match_level, status, score_from::DOUBLE AS score_from, score_to::DOUBLE AS score_to,
    gap_from::DOUBLE AS gap_from, gap_to::DOUBLE AS gap_to, confidence::DOUBLE AS confidence
FROM (
    VALUES
    ('given', 'matched', 0, 101, 0, 101, 1.0),
    ('exact', 'matched', 100, 101, 0, 101, 0.9998),
    ('exact', 'matched', 90, 100, 0, 101, 0.9991),
    ('exact', 'matched', 80, 90, 0, 101, 0.996),
    ('exact', 'matched', 0, 80, 0, 101, 0.96),
    ('exact', 'tie', 0, 101, 0, 101, 0.43),
    -- Not measured there: no address of the four cities names a parcel.
    ('parcel', 'matched', 0, 101, 0, 101, 0.9),
    ('suffix', 'matched', 0, 101, 0, 101, 0.973),
    ('range', 'matched', 90, 101, 0, 101, 0.97),
    ('range', 'matched', 0, 90, 0, 101, 0.85),
    ('interpolated', 'matched', 0, 101, 0, 101, 0.995),
    ('interpolated', 'tie', 0, 101, 0, 101, 0.92),
    -- Measured on Cambridge's centrelines (19,944 addresses, median 14 m off) and its crossings.
    ('segment', 'matched', 0, 101, 0, 101, 0.944),
    ('intersection', 'matched', 0, 101, 0, 101, 0.94),
    ('street', 'matched', 50, 101, 0, 101, 0.969),
    ('street', 'matched', 0, 50, 0, 101, 0.6),
    ('street', 'tie', 0, 101, 0, 101, 0.1),
    ('postcode', 'matched', 0, 101, 0, 101, 0.963),
    ('postcode', 'tie', 0, 101, 0, 101, 0.1),
    ('place', 'matched', 0, 101, 0, 101, 0.91),
    ('place', 'tie', 0, 101, 0, 101, 0.1),
    -- What nobody has looked at is not taken.
    (NULL, 'review', 0, 101, 0, 101, 0.2)
) AS t (match_level, status, score_from, score_to, gap_from, gap_to, confidence);
