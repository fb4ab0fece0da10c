-- One row per place without a point, or with that of an area only: the parts of its address.
SELECT p.location_id, m.rule, m.match_level IS NOT NULL AS known, p.number_text, p.street_text, p.postcode_text, p.city_text
FROM place AS p
INNER JOIN match AS m ON m.location_id = p.location_id
WHERE (m.match_level IS NULL AND m.status IN ('unmatched', 'review'))
    OR (m.status = 'matched' AND precision_of(m.match_level, m.status, m.error_m) = 'area')
ORDER BY p.location_id;
