-- One row per customer or prospect: what is compared of it.
CREATE TABLE linkage.record AS
WITH brought AS (
    SELECT
        'customer' AS kind, customer_id AS id, source, row_no, name, since,
        NULL::VARCHAR AS became, email, phone, born_on, official_id
    FROM ingest.customer
    UNION ALL
    SELECT 'prospect', prospect_id, source, row_no, name, since, customer_id, email, phone, born_on, official_id
    FROM ingest.prospect
),

-- A place that was found exactly is spelt as most of its records spell it.
spelling AS (
    SELECT
        lon, lat,
        mode(words(street) ORDER BY words(street)) AS street,
        mode(number_key(house_number) ORDER BY number_key(house_number)) AS house_number,
        mode(postcode_key(postcode) ORDER BY postcode_key(postcode)) AS postcode,
        mode(city_key(city) ORDER BY city_key(city)) AS city
    FROM geocode.location
    WHERE match_level = 'exact'
    GROUP BY lon, lat
),

placed AS (
    SELECT
        b.*, g.location_id,
        coalesce(s.house_number, number_key(l.house_number)) AS house_number,
        coalesce(s.street, words(l.street)) AS street,
        words(l.unit) AS unit,
        coalesce(s.postcode, postcode_key(l.postcode)) AS postcode,
        coalesce(s.city, city_key(l.city)) AS city
    FROM brought AS b
    LEFT JOIN geocode.record_location AS g ON g.kind = b.kind AND g.source = b.source AND g.row_no = b.row_no
    LEFT JOIN geocode.location AS l ON l.location_id = g.location_id
    LEFT JOIN spelling AS s ON l.match_level = 'exact' AND s.lon = l.lon AND s.lat = l.lat
)

SELECT
    row_number() OVER (ORDER BY n.kind, n.id) AS record_id,
    n.kind, n.id, n.source, n.row_no,
    CASE WHEN k.legal_form IS NULL THEN 'person' ELSE 'company' END AS population,
    n.name, k.full_name, k.given_name, k.surname, k.legal_form,
    n.house_number, n.street, n.unit, n.postcode, n.city, n.location_id,
    strftime(n.born_on, '%Y%m%d') AS born_on, words(n.official_id) AS official_id,
    coalesce(email_key(n.email), email_key(r.email)) AS email,
    coalesce(phone_key(n.phone), phone_key(r.phone)) AS phone,
    n.since, n.became
FROM placed AS n
LEFT JOIN known_name AS k ON k.name = n.name
LEFT JOIN reach AS r ON r.kind = n.kind AND r.id = n.id;
