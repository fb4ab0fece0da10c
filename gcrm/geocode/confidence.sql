-- One row per match level, status, band of the score and band of the lead over the next place: how often such a match is right.
CREATE OR REPLACE TEMP TABLE confidence AS
SELECT
    match_level, status, score_from::DOUBLE AS score_from, score_to::DOUBLE AS score_to,
    gap_from::DOUBLE AS gap_from, gap_to::DOUBLE AS gap_to, confidence::DOUBLE AS confidence
FROM (
    VALUES
    ('given', 'matched', 0, 101, 0, 101, 1.0),
    ('exact', 'matched', 90, 101, 0, 101, 0.99),
    ('exact', 'matched', 0, 90, 0, 101, 0.9),
    ('exact', 'tie', 0, 101, 0, 101, 0.4),
    ('parcel', 'matched', 0, 101, 0, 101, 0.9),
    ('suffix', 'matched', 0, 101, 0, 101, 0.9),
    ('range', 'matched', 0, 101, 0, 101, 0.9),
    ('interpolated', 'matched', 0, 101, 0, 101, 0.85),
    ('interpolated', 'tie', 0, 101, 0, 101, 0.5),
    ('segment', 'matched', 0, 101, 0, 101, 0.8),
    ('street', 'matched', 0, 101, 0, 101, 0.6),
    ('street', 'tie', 0, 101, 0, 101, 0.1),
    ('postcode', 'matched', 0, 101, 0, 101, 0.3),
    ('postcode', 'tie', 0, 101, 0, 101, 0.1),
    ('place', 'matched', 0, 101, 0, 101, 0.3),
    ('place', 'tie', 0, 101, 0, 101, 0.1),
    (NULL, 'review', 0, 101, 0, 101, 0.2)
) AS t (match_level, status, score_from, score_to, gap_from, gap_to, confidence);
