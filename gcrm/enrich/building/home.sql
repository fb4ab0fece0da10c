-- One row per record of a register of dwellings that a site holds: by its parcel where that is one site, else by its place.
CREATE OR REPLACE TEMP TABLE building_home AS
WITH parcel AS (
    SELECT parcel_id, min(site) AS site, count(*) AS sites, arg_max(site, area_m2) AS largest
    FROM building_site
    WHERE parcel_id IS NOT NULL
    GROUP BY parcel_id
)

SELECT
    d.source, d.row_no,
    coalesce(CASE WHEN p.sites = 1 THEN p.site END, b.site, p.largest) AS site,
    d.units, d.residence_type, d.style, d.levels, d.built_year, d.floor_area_m2
FROM ingest.dwelling AS d
LEFT JOIN parcel AS p ON p.parcel_id = d.parcel_id
LEFT JOIN geocode.record_location AS g ON g.kind = 'dwelling' AND g.source = d.source AND g.row_no = d.row_no
LEFT JOIN building_place AS b ON b.location_id = g.location_id
WHERE p.site IS NOT NULL OR b.site IS NOT NULL;
