-- One row per distinct name of a customer or prospect: of a company without its legal form, of a person without titles.
CREATE OR REPLACE TEMP TABLE known_name AS
WITH written AS (
    SELECT name FROM ingest.customer WHERE name IS NOT NULL
    UNION
    SELECT name FROM ingest.prospect WHERE name IS NOT NULL
),

-- 주식회사 in its other spellings, dots between the capitals of a form (S.A., G.m.b.H.).
spelt AS (
    SELECT
        name,
        replace(replace(trim(name), '㈜', ' 주식회사 '), '(주)', ' 주식회사 ') AS said
    FROM written
),

plain AS (
    SELECT
        name,
        trim(regexp_replace(regexp_replace(regexp_replace(
            said, '\bG\.\s?m\.\s?b\.\s?H\.?', 'GmbH', 'gi'),
            '\b(\p{Lu})[./](\p{Lu})\b[.]?', '\1\2', 'g'),
            '\s+', ' ', 'g')) AS said
    FROM spelt
),

formed AS (
    SELECT name, said, legal_form(said) AS legal_form
    FROM plain
),

-- A person's surname goes last: "Surname, Given" is turned round, and so is a name in Hangul.
turned AS (
    SELECT
        name, legal_form,
        CASE
            WHEN legal_form IS NOT NULL THEN without_form(said)
            WHEN regexp_full_match(said, '\p{Hangul}{2,4}') THEN substr(said, 2) || ' ' || substr(said, 1, 1)
            WHEN regexp_full_match(said, '\p{Hangul}{1,2} \p{Hangul}{1,3}')
                THEN split_part(said, ' ', 2) || ' ' || split_part(said, ' ', 1)
            WHEN regexp_full_match(said, '[^,]+,[^,]+') THEN split_part(said, ',', 2) || ' ' || split_part(said, ',', 1)
            ELSE said
        END AS said
    FROM formed
),

folded AS (
    SELECT name, legal_form, ' ' || words(said) || ' ' AS said
    FROM turned
),

bare AS (
    SELECT
        name, legal_form,
        nullif(trim(CASE
            WHEN legal_form IS NOT NULL THEN regexp_replace(said, ' (and|und|e|y|et|the)( |$)', ' ', 'g')
            ELSE regexp_replace(
                said,
                '( (mr|mrs|ms|miss|dr|prof|herr|frau|sr|sra|dona|dom|jr|senhor|senhora|dipl|ing|phd|md))+ ', ' ', 'g')
        END), '') AS full_name
    FROM folded
)

SELECT
    name, legal_form, full_name,
    CASE WHEN legal_form IS NULL THEN nullif(regexp_extract(full_name, '^(.*) [^ ]+$', 1), '') END AS given_name,
    CASE WHEN legal_form IS NULL THEN regexp_extract(full_name, '[^ ]+$') ELSE full_name END AS surname
FROM bare;
