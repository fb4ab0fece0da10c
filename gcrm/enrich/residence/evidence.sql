-- One row per site: which classes its records, units and walls leave open, and what told that.
CREATE OR REPLACE TEMP TABLE residence_evidence AS
WITH record AS (
    SELECT
        r.site, r.units, form.shares_wall,
        CASE WHEN w.kind IN ('home', 'house', 'detached', 'semi_row') OR (w.kind IS NULL AND r.units > 0)
            THEN 'home' ELSE w.kind END AS broad,
        w.kind, coalesce(nullif(r.units, 0), w.least) AS least, coalesce(nullif(r.units, 0), w.most) AS most
    FROM residence_record AS r
    LEFT JOIN residence_said AS w ON w.word = r.word
    LEFT JOIN residence_said AS form ON form.word = r.style
),

summed AS (
    SELECT
        site,
        count(*) FILTER (broad = 'home') AS homes,
        count(*) FILTER (broad = 'mixed') AS mixed,
        count(*) FILTER (broad = 'institutional') AS institutional,
        count(*) FILTER (broad = 'commercial') AS commercial,
        count(*) FILTER (broad = 'industrial') AS industrial,
        count(*) FILTER (broad = 'other') AS other,
        -- A sum with an unknown in it is unknown.
        CASE WHEN bool_and(least IS NOT NULL) FILTER (broad = 'home') THEN sum(least) FILTER (broad = 'home') END AS least,
        CASE WHEN bool_and(most IS NOT NULL) FILTER (broad = 'home') THEN sum(most) FILTER (broad = 'home') END AS most,
        coalesce(bool_and(coalesce(most, 9) = 1) FILTER (broad = 'home'), FALSE) AS single,
        avg((shares_wall OR kind = 'semi_row')::INTEGER) FILTER (broad = 'home' AND (shares_wall IS NOT NULL OR kind = 'semi_row'))
            AS sharing,
        coalesce(bool_or(kind = 'detached') FILTER (broad = 'home'), FALSE) AS detached
    FROM record
    GROUP BY site
),

-- Addresses count as units where a project lists units worth speaking of: elsewhere one address says nothing of units.
listing AS (
    SELECT coalesce(sum(address_units) / sum(coalesce(address_units, addresses)), 0) >= 0.1 AS listed
    FROM building_trait
    WHERE addresses > 0
),

-- A building that is too large for four dwellings has more than its few addresses: they may be staircases.
counted AS (
    SELECT
        t.site,
        CASE WHEN t.address_units >= 2 THEN t.address_units WHEN l.listed AND t.addresses > 0 THEN t.addresses END AS units,
        coalesce(t.levels >= 4, FALSE) OR coalesce(t.floor_area_m2 >= 600, FALSE)
            OR (t.stand = 'footprint' AND t.area_m2 >= 600) AS large
    FROM building_trait AS t
    CROSS JOIN listing AS l
),

known AS (
    SELECT
        t.site, s.* EXCLUDE (site),
        CASE WHEN c.units >= 5 OR NOT c.large THEN c.units END AS address_units,
        CASE WHEN t.touching IS NOT NULL THEN t.touching > 0 END AS walled,
        d.residence_type AS decided, d.units AS decided_units
    FROM building_trait AS t
    INNER JOIN building_site AS b ON b.site = t.site
    LEFT JOIN ingest.residence AS d ON d.building_id = b.building_id
    INNER JOIN counted AS c ON c.site = t.site
    LEFT JOIN summed AS s ON s.site = t.site
)

SELECT
    site, least, most, address_units, decided_units,
    CASE
        WHEN decided IS NOT NULL THEN 'decision'
        WHEN homes + mixed + institutional + commercial + industrial + other > 0 THEN 'register'
        WHEN address_units IS NOT NULL THEN 'units'
    END AS said_by,
    CASE
        WHEN decided IN ('mixed', 'institutional') THEN decided
        WHEN decided <> 'none' THEN 'residential'
        WHEN mixed > 0 OR (homes > 0 AND commercial + industrial > 0) THEN 'mixed'
        WHEN homes > 0 THEN 'residential'
        WHEN institutional > 0 AND institutional >= commercial + industrial THEN 'institutional'
        WHEN commercial > 0 AND commercial >= industrial THEN 'commercial'
        WHEN industrial > 0 THEN 'industrial'
        WHEN other > 0 THEN 'other'
        WHEN address_units >= 2 THEN 'residential'
    END AS building_use,
    CASE
        WHEN decided IS NOT NULL THEN [decided]
        WHEN mixed > 0 OR (homes > 0 AND commercial + industrial > 0) THEN ['mixed']
        WHEN homes > 0 AND single AND sharing >= 0.5 THEN ['semi_row']
        WHEN homes > 0 AND most = 1 AND (detached OR sharing < 0.5) THEN ['detached']
        WHEN homes > 0 AND most = 1 THEN
            CASE WHEN walled THEN ['semi_row'] WHEN NOT walled THEN ['detached'] ELSE ['detached', 'semi_row'] END
        WHEN homes > 0 AND least >= 5 THEN ['large_multi']
        WHEN homes > 0 AND least >= 2 AND most <= 4 THEN ['small_multi']
        -- What the words leave open, units at addresses may settle.
        WHEN homes > 0 AND coalesce(least, 2) >= 2 AND address_units >= 5 THEN ['large_multi']
        WHEN homes > 0 AND coalesce(least, 2) >= 2 AND address_units >= 2 THEN ['small_multi']
        WHEN homes > 0 AND least >= 2 THEN ['small_multi', 'large_multi']
        WHEN homes > 0 AND most <= 4 THEN ['detached', 'semi_row', 'small_multi']
        WHEN homes > 0 THEN ['detached', 'semi_row', 'small_multi', 'large_multi']
        WHEN institutional > 0 AND institutional >= commercial + industrial THEN ['institutional']
        WHEN commercial + industrial + other > 0 THEN ['none']
        WHEN address_units >= 5 THEN ['large_multi']
        WHEN address_units >= 2 THEN ['small_multi']
        WHEN address_units = 1 AND walled THEN ['semi_row']
        WHEN address_units = 1 AND NOT walled THEN ['detached']
        WHEN address_units = 1 THEN ['detached', 'semi_row']
    END AS open_classes
FROM known
ORDER BY site;
