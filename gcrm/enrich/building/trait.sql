-- One row per site: what the registers of buildings and dwellings and the known addresses say of it.
CREATE OR REPLACE TEMP TABLE building_trait AS
WITH home AS (
    SELECT
        site, count(*)::INTEGER AS records, sum(units)::BIGINT AS units,
        mode(residence_type ORDER BY residence_type) AS residence_type,
        max(levels) AS levels, median(built_year)::INTEGER AS built_year, sum(floor_area_m2) AS floor_area_m2
    FROM building_home
    GROUP BY site
),

-- An address without units is one of them; the same unit listed twice counts once.
address AS (
    SELECT
        b.site,
        coalesce(l.house_number || ' ' || l.street, l.address, l.location_id::VARCHAR) AS address,
        greatest(1, count(DISTINCT a.unit)) AS units,
        count(a.unit) > 0 AS told
    FROM ingest.address_reference AS a
    INNER JOIN geocode.record_location AS g
        ON g.kind = 'address_reference' AND g.source = a.source AND g.row_no = a.row_no
    INNER JOIN geocode.location AS l ON l.location_id = g.location_id
    INNER JOIN building_place AS b ON b.location_id = l.location_id
    GROUP BY ALL
),

addressed AS (
    SELECT site, count(*)::INTEGER AS addresses, sum(units)::BIGINT AS units, bool_or(told) AS told
    FROM address
    GROUP BY site
)

SELECT
    s.site, s.stand, b.name, b.use AS use_word, s.area_m2, s.compactness, s.touching, s.lon, s.lat,
    h.residence_type AS dwelling_word, h.records, coalesce(a.addresses, 0) AS addresses,
    CASE WHEN a.told THEN a.units END AS address_units,
    b.units AS building_units, h.units AS dwelling_units,
    coalesce(b.levels, h.levels) AS levels, b.height_m,
    coalesce(b.floor_area_m2, h.floor_area_m2, CASE WHEN s.stand = 'footprint' THEN s.area_m2 * b.levels END) AS floor_area_m2,
    CASE
        WHEN b.floor_area_m2 IS NOT NULL THEN 'building'
        WHEN h.floor_area_m2 IS NOT NULL THEN 'dwellings'
        WHEN s.stand = 'footprint' AND b.levels IS NOT NULL THEN 'levels'
    END AS floor_area_from,
    coalesce(b.built_year, h.built_year) AS built_year
FROM building_site AS s
LEFT JOIN ingest.building AS b ON s.stand = 'footprint' AND b.source = s.source AND b.row_no = s.row_no
LEFT JOIN home AS h ON h.site = s.site
LEFT JOIN addressed AS a ON a.site = s.site
ORDER BY s.site;
