-- One row per record that says what a site is: dwellings, and the building itself where it has none; words.py reads its word.
CREATE OR REPLACE TEMP TABLE residence_record AS
SELECT site, residence_type AS word, style, units FROM building_home
UNION ALL
SELECT t.site, t.use_word, NULL, t.building_units
FROM building_trait AS t
ANTI JOIN building_home AS h ON h.site = t.site
WHERE t.use_word IS NOT NULL OR t.building_units IS NOT NULL;
