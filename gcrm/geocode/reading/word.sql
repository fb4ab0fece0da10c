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

-- Types that names of streets begin with: Portuguese and Spanish, French, Italian, Polish and Russian. What is written in
-- one way only is there to be told from the name.
ahead (word, canonical) AS (
    VALUES
    ('rua', 'r'), ('r', 'r'), ('avenida', 'ave'), ('avda', 'ave'), ('avd', 'ave'), ('travessa', 'tv'), ('trav', 'tv'),
    ('tv', 'tv'), ('alameda', 'al'), ('al', 'al'), ('praca', 'pca'), ('pca', 'pca'), ('rodovia', 'rod'), ('rod', 'rod'),
    ('estrada', 'est'), ('estr', 'est'), ('largo', 'lgo'), ('lgo', 'lgo'), ('ladeira', 'lad'), ('lad', 'lad'),
    ('beco', 'beco'), ('viela', 'viela'),
    ('calle', 'cl'), ('carrer', 'cl'), ('pza', 'plz'), ('paseo', 'po'), ('pº', 'po'), ('pso', 'po'), ('po', 'po'),
    ('camino', 'cno'), ('cº', 'cno'), ('cmno', 'cno'), ('cno', 'cno'), ('ronda', 'rda'), ('rda', 'rda'),
    ('travesia', 'trva'), ('trva', 'trva'), ('trv', 'trva'), ('carretera', 'ctra'), ('ctra', 'ctra'), ('crta', 'ctra'),
    ('pasaje', 'pje'), ('psje', 'pje'), ('pje', 'pje'), ('glorieta', 'gta'), ('gta', 'gta'), ('urbanizacion', 'urb'),
    ('urb', 'urb'), ('calzada', 'calz'), ('calz', 'calz'), ('carrera', 'cra'), ('cra', 'cra'),
    ('rue', 'r'), ('chemin', 'ch'), ('che', 'ch'), ('ch', 'ch'), ('impasse', 'imp'), ('imp', 'imp'), ('allee', 'all'),
    ('allees', 'all'), ('all', 'all'), ('quai', 'quai'), ('bd', 'blvd'), ('bld', 'blvd'), ('cours', 'crs'),
    ('crs', 'crs'), ('passage', 'pass'), ('pass', 'pass'),
    ('via', 'via'), ('viale', 'vle'), ('vle', 'vle'), ('piazza', 'plz'), ('pzza', 'plz'), ('corso', 'cso'),
    ('cso', 'cso'), ('vicolo', 'vlo'), ('vlo', 'vlo'), ('vic', 'vlo'), ('piazzale', 'ple'), ('ple', 'ple'),
    ('contrada', 'cda'), ('cda', 'cda'), ('localita', 'loc'), ('loc', 'loc'),
    ('ulica', 'ul'), ('ul', 'ul'), ('aleja', 'al'), ('aleje', 'al'), ('plac', 'pl'), ('osiedle', 'os'), ('os', 'os')
),

-- Types that stand at either end, titles of whom a street is named after, and days that streets are called by.
within (word, canonical) AS (
    VALUES
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
UNION ALL SELECT word, canonical, 'ahead' FROM ahead
UNION ALL SELECT word, canonical, 'other' FROM within;
