-- One row per place that a person decided about: the last word on any of the ways in which its address is written.
CREATE OR REPLACE TEMP TABLE decided AS
WITH written AS (
    SELECT DISTINCT address_key(r.address, r.house_number, r.street, r.postcode, r.city) AS address_key, g.location_id
    FROM located_record AS r
    INNER JOIN geocode.record_location AS g ON g.kind = r.kind AND g.source = r.source AND g.row_no = r.row_no
    WHERE r.kind IN ('customer', 'prospect', 'store', 'competitor')
)

SELECT
    w.location_id,
    max_by({'action': d.action, 'lon': d.lon, 'lat': d.lat}, (d.decided_on, d.row_no)) AS word
FROM ingest.decision AS d
INNER JOIN written AS w ON w.address_key = d.address_key
GROUP BY w.location_id;
