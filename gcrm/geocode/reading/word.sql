-- One row per word of street names that is written in several ways: its canonical form and its role.
CREATE OR REPLACE TEMP TABLE word AS
WITH type (word, canonical) AS (
    VALUES
    ('alley', 'aly'), ('aly', 'aly'), ('avenue', 'ave'), ('ave', 'ave'), ('av', 'ave'), ('bend', 'bnd'), ('bnd', 'bnd'),
    ('boulevard', 'blvd'), ('blvd', 'blvd'), ('boul', 'blvd'), ('bridge', 'brg'), ('brg', 'brg'),
    ('causeway', 'cswy'), ('cswy', 'cswy'), ('center', 'ctr'), ('centre', 'ctr'), ('ctr', 'ctr'),
    ('circle', 'cir'), ('cir', 'cir'), ('close', 'cl'), ('cl', 'cl'), ('court', 'ct'), ('ct', 'ct'),
    ('cove', 'cv'), ('cv', 'cv'), ('crescent', 'cres'), ('cres', 'cres'), ('crossing', 'xing'), ('xing', 'xing'),
    ('drive', 'dr'), ('dr', 'dr'), ('estate', 'est'), ('est', 'est'), ('expressway', 'expy'), ('expy', 'expy'),
    ('freeway', 'fwy'), ('fwy', 'fwy'), ('gardens', 'gdns'), ('gdns', 'gdns'), ('gate', 'gate'),
    ('grove', 'grv'), ('grv', 'grv'), ('gr', 'grv'), ('heights', 'hts'), ('hts', 'hts'),
    ('highway', 'hwy'), ('hwy', 'hwy'), ('hill', 'hl'), ('hl', 'hl'), ('landing', 'lndg'), ('lndg', 'lndg'),
    ('lane', 'ln'), ('ln', 'ln'), ('loop', 'loop'), ('mews', 'mews'), ('mount', 'mt'), ('mt', 'mt'),
    ('parade', 'pde'), ('pde', 'pde'), ('parkway', 'pkwy'), ('pkwy', 'pkwy'), ('pky', 'pkwy'),
    ('path', 'path'), ('pike', 'pike'), ('place', 'pl'), ('pl', 'pl'), ('plaza', 'plz'), ('plz', 'plz'),
    ('point', 'pt'), ('pt', 'pt'), ('road', 'rd'), ('rd', 'rd'), ('route', 'rte'), ('rte', 'rte'), ('row', 'row'),
    ('square', 'sq'), ('sq', 'sq'), ('street', 'st'), ('st', 'st'), ('str', 'st'), ('strt', 'st'),
    ('terrace', 'ter'), ('ter', 'ter'), ('terr', 'ter'), ('trail', 'trl'), ('trl', 'trl'),
    ('turnpike', 'tpke'), ('tpke', 'tpke'), ('walk', 'walk'), ('way', 'way'), ('wharf', 'whf'), ('whf', 'whf')
),

direction (word, canonical) AS (
    VALUES
    ('north', 'n'), ('south', 's'), ('east', 'e'), ('west', 'w'),
    ('n', 'n'), ('s', 's'), ('e', 'e'), ('w', 'w'), ('ne', 'ne'), ('nw', 'nw'), ('se', 'se'), ('sw', 'sw'),
    ('northeast', 'ne'), ('northwest', 'nw'), ('southeast', 'se'), ('southwest', 'sw')
),

ordinal (word, canonical) AS (
    VALUES
    ('first', '1st'), ('second', '2nd'), ('third', '3rd'), ('fourth', '4th'), ('fifth', '5th'), ('sixth', '6th'),
    ('seventh', '7th'), ('eighth', '8th'), ('ninth', '9th'), ('tenth', '10th'), ('eleventh', '11th'),
    ('twelfth', '12th'), ('thirteenth', '13th'), ('fourteenth', '14th'), ('fifteenth', '15th'),
    ('sixteenth', '16th'), ('seventeenth', '17th'), ('eighteenth', '18th'), ('nineteenth', '19th'),
    ('twentieth', '20th'), ('thirtieth', '30th'), ('fortieth', '40th'), ('fiftieth', '50th')
),

-- `strasse` alone and as the end of a word is shortened by street.sql; saint is written like street, so both are `st`.
other (word, canonical) AS (
    VALUES ('saint', 'st'), ('sankt', 'st'), ('strasse', 'st')
),

-- Types that stand before the name of a street, and titles of whom it is named after; days that streets are
-- called by.
before (word, canonical) AS (
    VALUES
    ('rua', 'r'), ('avenida', 'ave'), ('avda', 'ave'), ('travessa', 'tv'), ('trav', 'tv'), ('alameda', 'al'),
    ('praca', 'pca'), ('rodovia', 'rod'), ('estrada', 'est'), ('estr', 'est'), ('largo', 'lgo'), ('ulica', 'ul'),
    ('улица', 'ул'), ('platz', 'pl'),
    ('doctor', 'dr'), ('doktor', 'dr'), ('doutor', 'dr'), ('doutora', 'dra'), ('professor', 'prof'),
    ('professora', 'profa'), ('engenheiro', 'eng'), ('senador', 'sen'), ('governador', 'gov'), ('presidente', 'pres'),
    ('deputado', 'dep'), ('vereador', 'ver'), ('prefeito', 'pref'), ('comendador', 'com'), ('conselheiro', 'cons'),
    ('desembargador', 'des'), ('almirante', 'alm'), ('brigadeiro', 'brig'), ('marechal', 'mal'), ('general', 'gen'),
    ('coronel', 'cel'), ('major', 'maj'), ('capitao', 'cap'), ('tenente', 'ten'), ('sargento', 'sgt'),
    ('padre', 'pe'), ('monsenhor', 'mons'), ('santo', 'sto'), ('santa', 'sta'),
    ('junior', 'jr'), ('senior', 'sr'), ('fort', 'ft'), ('mlk', 'martin luther king'),
    ('xv', '15'), ('quinze', '15'), ('treze', '13'), ('sete', '7')
)

SELECT word, canonical, 'type' AS role FROM type
UNION ALL SELECT word, canonical, 'direction' FROM direction
UNION ALL SELECT word, canonical, 'ordinal' FROM ordinal
UNION ALL SELECT word, canonical, 'other' FROM other
UNION ALL SELECT word, canonical, 'other' FROM before;
