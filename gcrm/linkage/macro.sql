-- Functions that the other files of this stage share: legal forms of companies, keys of telephone and e-mail.

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

-- A company's name without its legal form.
CREATE OR REPLACE TEMP MACRO without_form(written) AS
    regexp_replace(
        written,
        '주식회사|유한회사|\(haftungsbeschränkt\)|\b(gGmbH|GmbH|Ltda|Limitada|Ltd|Limited|Inc|Incorporated|Corp|Corporation|'
        || 'L\.?L\.?C|PLC|LLP|EIRELI|SARL|SRL|OHG|GbR|e\.?\s?V\.?|e\.?\s?G\.?|AG|KG|UG|SE|NV|BV|AB|OY|SpA|SAS|LP|SA|Co|'
        || 'Company)(\b|$)',
        ' ', 'gi');

-- Digits of a telephone number that tell it: without the country and the leading zero, the last nine.
CREATE OR REPLACE TEMP MACRO phone_key(written) AS
    CASE WHEN length(regexp_replace(written, '[^0-9]', '', 'g')) >= 6
        THEN right(regexp_replace(written, '[^0-9]', '', 'g'), 9) END;
CREATE OR REPLACE TEMP MACRO email_key(written) AS nullif(trim(lower(written)), '');
