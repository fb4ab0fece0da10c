-- One row per match level, status and band of score and lead over the next place: how often such a match is right.
-- Measured by tests/geocode/calibration.py on half of the streets of four cities (1,500 questions per city and kind of noise).
CREATE OR REPLACE TEMP TABLE confidence AS
SELECT
    match_level, status, score_from::DOUBLE AS score_from, score_to::DOUBLE AS score_to,
    gap_from::DOUBLE AS gap_from, gap_to::DOUBLE AS gap_to, confidence::DOUBLE AS confidence
FROM (
    VALUES
    ('given', 'matched', 0, 101, 0, 101, 1.0),
    ('exact', 'matched', 100, 101, 0, 101, 0.9999),
    ('exact', 'matched', 90, 100, 0, 101, 0.9988),
    ('exact', 'matched', 80, 90, 0, 101, 0.988),
    ('exact', 'matched', 0, 80, 0, 101, 0.75),
    -- Ties were right more often there (0.6 to 0.98), but mostly because a campus has one address: no more than even.
    ('exact', 'tie', 30, 101, 0, 101, 0.5),
    ('exact', 'tie', 0, 30, 0, 101, 0.14),
    -- Not measured there: no address of the four cities names a parcel.
    ('parcel', 'matched', 0, 101, 0, 101, 0.9),
    ('suffix', 'matched', 80, 101, 0, 101, 0.97),
    ('suffix', 'matched', 0, 80, 0, 101, 0.78),
    ('range', 'matched', 90, 101, 0, 101, 0.94),
    ('range', 'matched', 0, 90, 0, 101, 0.73),
    ('interpolated', 'matched', 0, 101, 0, 101, 0.997),
    ('interpolated', 'tie', 0, 101, 0, 101, 0.98),
    -- Measured on Cambridge's centrelines: 19,944 addresses, median 14 m off.
    ('segment', 'matched', 0, 101, 0, 101, 0.944),
    ('intersection', 'matched', 0, 101, 0, 101, 0.94),
    ('street', 'matched', 60, 101, 0, 101, 0.57),
    ('street', 'matched', 50, 60, 0, 101, 0.63),
    ('street', 'matched', 0, 50, 0, 101, 0.29),
    ('street', 'tie', 0, 101, 0, 101, 0.1),
    ('postcode', 'matched', 0, 101, 0, 101, 0.79),
    ('postcode', 'tie', 0, 101, 0, 101, 0.1),
    ('place', 'matched', 0, 101, 0, 101, 0.95),
    ('place', 'tie', 0, 101, 0, 101, 0.1),
    -- What nobody has looked at is not taken.
    (NULL, 'review', 0, 101, 0, 101, 0.2)
) AS t (match_level, status, score_from, score_to, gap_from, gap_to, confidence);
