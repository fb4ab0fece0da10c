-- Functions that the other files of this stage share: names of people and companies, and what is left of them.

-- A name before anything is folded: 주식회사 in its other spellings, forms in brackets, dots between capitals (S.A.).
CREATE OR REPLACE TEMP MACRO plain_name(written) AS
    regexp_replace(
        regexp_replace(replace(replace(written, '㈜', ' 주식회사 '), '(주)', ' 주식회사 '), '\b(\p{Lu})[./](\p{Lu})\b[.]?', '\1\2', 'g'),
        '\s+', ' ', 'g');

-- One word for the legal form of a company, however it is written; null for people. Two-letter forms count in capitals
-- only, and as the last of three words or more where they are surnames too (Sá).
CREATE OR REPLACE TEMP MACRO legal_form(written) AS
    CASE
        WHEN written IS NULL THEN NULL
        WHEN regexp_matches(written, '\bG?mbH\s*(&|und|\+)\s*Co\.?\s*KG\b', 'i') THEN 'gmbh co kg'
        WHEN regexp_matches(written, '\b(gGmbH|GmbH|Gesellschaft mit beschränkter Haftung)\b', 'i') THEN 'gmbh'
        WHEN regexp_matches(written, '주식회사') THEN '주식회사'
        WHEN regexp_matches(written, '유한회사') THEN '유한회사'
        WHEN regexp_matches(written, '\b(Ltda|Limitada)\b', 'i') THEN 'ltda'
        WHEN regexp_matches(written, '\b(Ltd|Limited)\b', 'i') THEN 'ltd'
        WHEN regexp_matches(written, '\b(Inc|Incorporated)\b', 'i') THEN 'inc'
        WHEN regexp_matches(written, '\b(Corp|Corporation)\b', 'i') THEN 'corp'
        WHEN regexp_matches(written, '\b(L\.?L\.?C)\b', 'i') THEN 'llc'
        WHEN regexp_matches(written, '\b(PLC|Public Limited Company)\b', 'i') THEN 'plc'
        WHEN regexp_matches(written, '\b(LLP)\b', 'i') THEN 'llp'
        WHEN regexp_matches(written, '\b(EIRELI)\b', 'i') THEN 'eireli'
        WHEN regexp_matches(written, '\b(S\.?A\.?R\.?L|SRL|S\.r\.l)\b', 'i') THEN 'sarl'
        WHEN regexp_matches(written, '\b(OHG|GbR|e\.?\s?V\.?|e\.?\s?G\.?|e\.?K\.?)$') THEN
            lower(regexp_replace(regexp_extract(written, '(OHG|GbR|e\.?\s?V\.?|e\.?\s?G\.?|e\.?K\.?)$', 1), '[^\p{L}]', '', 'g'))
        WHEN regexp_matches(written, '\b(AG|KG|UG|SE|NV|BV|AB|OY|SpA|SAS|LP)\b\s*(\(haftungsbeschränkt\))?$') THEN
            lower(regexp_extract(written, '\b(AG|KG|UG|SE|NV|BV|AB|OY|SpA|SAS|LP)\b\s*(\(haftungsbeschränkt\))?$', 1))
        WHEN regexp_matches(written, '\S\s+\S+\s+SA$') THEN 'sa'
        WHEN regexp_matches(written, '\b(Co|Company)\.?$') THEN 'co'
    END;

-- What is left of a company's name without its legal form, and without the words that join.
CREATE OR REPLACE TEMP MACRO company_name(written) AS
    nullif(trim(regexp_replace(regexp_replace(' ' || words(regexp_replace(
        regexp_replace(written, '주식회사|유한회사|(\(haftungsbeschränkt\))', ' ', 'g'),
        '\b(gGmbH|GmbH|Ltda|Limitada|Ltd|Limited|Inc|Incorporated|Corp|Corporation|L\.?L\.?C|PLC|LLP|EIRELI|SARL|SRL|OHG|GbR|e\.?\s?V\.?|e\.?\s?G\.?|AG|KG|UG|SE|NV|BV|AB|OY|SpA|SAS|LP|SA|Co|Company)(\b|$)',
        ' ', 'gi')) || ' ',
        ' (and|und|e|y|et|the)( |$)', ' ', 'g'), '\s+', ' ', 'g')), '');

-- A person's name, surname last: titles go, "Surname, Given" is turned round, and a name in Hangul gets a blank behind
-- the surname's place.
CREATE OR REPLACE TEMP MACRO turned_name(written) AS
    CASE
        WHEN regexp_full_match(trim(written), '\p{Hangul}{2,4}') THEN substr(trim(written), 2) || ' ' || substr(trim(written), 1, 1)
        WHEN regexp_full_match(trim(written), '\p{Hangul}{1,2} \p{Hangul}{1,3}')
            THEN split_part(trim(written), ' ', 2) || ' ' || split_part(trim(written), ' ', 1)
        WHEN regexp_full_match(written, '[^,]+,[^,]+') THEN split_part(written, ',', 2) || ' ' || split_part(written, ',', 1)
        ELSE written
    END;
CREATE OR REPLACE TEMP MACRO person_name(written) AS
    nullif(trim(regexp_replace(
        ' ' || words(turned_name(written)) || ' ',
        '( (mr|mrs|ms|miss|dr|prof|herr|frau|sr|sra|dona|dom|jr|senhor|senhora|dipl|ing|phd|md))+ ', ' ', 'g')), '');

-- Digits of a telephone number that tell it: without the country and the leading zero, the last nine.
CREATE OR REPLACE TEMP MACRO phone_key(written) AS
    CASE WHEN length(regexp_replace(written, '[^0-9]', '', 'g')) >= 6
        THEN right(regexp_replace(written, '[^0-9]', '', 'g'), 9) END;
CREATE OR REPLACE TEMP MACRO email_key(written) AS nullif(trim(lower(written)), '');
