-- One row per question that no reference address answers in every part: what is looked for.
CREATE OR REPLACE TEMP TABLE open AS
SELECT
    q.query_no, q.house_number, q.street, q.postcode, q.city, q.crossing,
    number_base(q.house_number) AS number,
    number_last(q.house_number) AS number_last,
    q.postcode IN (FROM held_postcode) AS postcode_known,
    reach.street IS NOT NULL AS street_known,
    coalesce(number_base(q.house_number) BETWEEN reach.first_number AND reach.last_number, false) AS number_inside
FROM query AS q
LEFT JOIN held_reach AS reach ON reach.street = q.street AND reach.postcode IS NOT DISTINCT FROM q.postcode
WHERE q.query_no NOT IN (
        SELECT query_no FROM exact WHERE rule IN ('postcode_agrees', 'city_agrees', 'only_one')
    );
