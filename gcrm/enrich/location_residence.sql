-- One row per place at whose point the register of dwellings knows a residence.
CREATE TABLE enrich.location_residence AS
WITH record AS (
    SELECT l.lon, l.lat, d.units, d.residence_type, d.built_year, d.floor_area_m2
    FROM ingest.dwelling AS d
    JOIN geocode.record_location AS g ON g.kind = 'dwelling' AND g.source = d.source AND g.row_no = d.row_no
    JOIN geocode.location AS l ON l.location_id = g.location_id
    WHERE l.precision = 'building'
),
site AS (
    SELECT
        lon, lat, count(*)::INTEGER AS records, sum(units)::BIGINT AS units,
        mode(residence_type ORDER BY residence_type) AS residence_type,
        median(built_year)::INTEGER AS built_year, sum(floor_area_m2) AS floor_area_m2
    FROM record
    GROUP BY lon, lat
)
SELECT p.location_id, s.records, s.units, s.residence_type, s.built_year, s.floor_area_m2
FROM geocode.location AS p
JOIN site AS s ON s.lon = p.lon AND s.lat = p.lat
WHERE p.precision = 'building';
