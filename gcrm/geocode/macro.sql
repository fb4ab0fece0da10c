-- Functions that the other files of this stage share: folding of text, keys of address parts, hashes, distances.

-- Lower case without accents; letters that have no accent to strip are written out. Plain ASCII has nothing to strip.
CREATE OR REPLACE TEMP MACRO fold(written) AS
    CASE
        WHEN strlen(written) = length(written) THEN lower(written)
        ELSE replace(replace(replace(
            translate(strip_accents(lower(written)), 'øłđðı', 'olddi'),
            'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe')
    END;

-- Characters beyond ASCII that part words: punctuation, symbols and blanks, as ranges of a class of RE2. The classes of
-- Unicode (\pP and the like) would say it shorter, but take 3 ms each to prepare, and a single address waits for that.
CREATE OR REPLACE TEMP MACRO marks() AS (
    '\x{80}-\x{a9}\x{ab}-\x{b1}\x{b4}\x{b6}-\x{b8}\x{bb}\x{bf}\x{d7}\x{f7}\x{2c2}-\x{2c5}\x{2d2}-\x{2df}'
    || '\x{37e}\x{387}\x{55a}-\x{55f}\x{589}-\x{58a}\x{5be}\x{5c0}\x{5c3}\x{5f3}-\x{5f4}\x{600}-\x{60f}'
    || '\x{61b}-\x{61f}\x{66a}-\x{66d}\x{6d4}\x{964}-\x{965}\x{970}\x{e4f}\x{f08}-\x{f14}\x{104a}-\x{104f}'
    || '\x{1361}-\x{1368}\x{17d4}-\x{17d6}\x{2000}-\x{206f}\x{207a}-\x{207e}\x{20a0}-\x{20c0}'
    || '\x{2116}-\x{2118}\x{2190}-\x{245f}\x{249c}-\x{24e9}\x{2500}-\x{2775}\x{2794}-\x{2bff}'
    || '\x{2e00}-\x{2e2e}\x{2e30}-\x{2e7f}\x{2ff0}-\x{3004}\x{3008}-\x{3020}\x{3030}\x{303d}-\x{303f}'
    || '\x{30a0}\x{30fb}\x{fe10}-\x{fe19}\x{fe30}-\x{fe6b}\x{feff}-\x{ff0f}\x{ff1a}-\x{ff20}'
    || '\x{ff3b}-\x{ff40}\x{ff5b}-\x{ff65}\x{ffe0}-\x{ffff}\x{1f000}-\x{1f0ff}\x{1f10d}-\x{1faff}'
);

-- Folded words, one blank between them: dots and apostrophes vanish (N.W., O'Brien), other punctuation parts words.
CREATE OR REPLACE TEMP MACRO words(written) AS
    nullif(trim(regexp_replace(
        regexp_replace(fold(written), '[''’‘`´.]', '', 'g'),
        '[\x00-/:-@\[-`{-\x7f' || marks() || ']+', ' ', 'g')), '');

-- Days, as spreadsheets write them: 3-May, 05. Mrz, May-03, 2024-05-03 00:00:00.
CREATE OR REPLACE TEMP MACRO month_written() AS ('(?:jan|feb|mar|mrz|apr|ma[iy]|jun|jul|aug|sept?|o[ck]t|nov|de[cz])');
CREATE OR REPLACE TEMP MACRO day_written() AS (
    '^[0-9]{1,2}[-. /]+' || month_written() || '(?:[-. /]+[0-9]{2,4})?\.?$'
    || '|^' || month_written() || '[-. /]+[0-9]{1,4}$'
    || '|^(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9](?:[ t][0-9:.]+)?$'
);

-- 0012 A -> 12a, 413 1/2 -> 413 1/2, 12 - 14 -> 12-14; 1268.0B and 12,0 are numbers that went through a spreadsheet. Of
-- 5-3 a spreadsheet makes 3-May, which may have been 3-5 as well: it is kept as
-- a day, which is no number.
CREATE OR REPLACE TEMP MACRO number_key(written) AS
    CASE
        WHEN regexp_full_match(written, '[1-9][0-9]*') THEN written
        ELSE nullif(trim(
            regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                replace(fold(written), '½', ' 1/2'),
                '(' || day_written() || ')', 'day \1'),
                '^(?:no|nr|#)[ .]*([0-9])', '\1'),
                '([0-9])[.,]0+([a-z]?)$', '\1\2'),
                '[\x00-,.:-@\[-`{-\x7f' || marks() || ']+', ' ', 'g'),
                '^ *0+([0-9])', '\1'),
                ' *([/-]) *|([0-9]) +([a-z]|bis|ter|quater)( |$)', '\1\2\3\4', 'g')
        ), '')
    END;

-- Without blanks; the last four digits of a ZIP+4 and leading zeros (which spreadsheets lose) do not count, nor do the
-- letters of the country (D-70173). 203597-380 is no ZIP+4 but a Brazilian postcode with a digit too many.
CREATE OR REPLACE TEMP MACRO postcode_key(written) AS
    CASE
        WHEN regexp_full_match(written, '[1-9][0-9]{4}') THEN written
        ELSE nullif(ltrim(
            regexp_replace(
                regexp_replace(
                    regexp_replace(fold(written), '\.0$|^(\W*[0-9]{5})\W?[0-9]{4}(?:\.0)?\W*$', '\1'),
                    '[\x00-/:-@\[-`{-\x7f' || marks() || ']+', '', 'g'),
                '^[a-z]{1,2}([0-9]{4,5})$', '\1'),
            '0'), '')
    END;

-- Folded words; a Korean city with or without its rank is the same.
CREATE OR REPLACE TEMP MACRO city_key(written) AS
    CASE
        WHEN strlen(written) = length(written) THEN words(written)
        ELSE regexp_replace(words(written), '(?:특별자치시|특별자치도|특별시|광역시|^(서울|부산|대구|인천|광주|대전|울산|세종)시)( |$)', '\1\2')
    END;

-- The written parts of an address as one text; a control character that no part keeps parts them.
CREATE OR REPLACE TEMP MACRO joined(address, house_number, street, unit, postcode, city) AS
    CASE
        WHEN address IS NULL AND house_number IS NULL AND street IS NULL
            AND unit IS NULL AND postcode IS NULL AND city IS NULL THEN NULL
        ELSE concat(
            replace(coalesce(address, ''), chr(31), ' '), chr(31),
            replace(coalesce(house_number, ''), chr(31), ' '), chr(31),
            replace(coalesce(street, ''), chr(31), ' '), chr(31),
            replace(coalesce(unit, ''), chr(31), ' '), chr(31),
            replace(coalesce(postcode, ''), chr(31), ' '), chr(31),
            replace(coalesce(city, ''), chr(31), ' '))
    END;

-- A given point as a whole number: steps of 1e-7 degrees (about 1 cm), one number for each step.
CREATE OR REPLACE TEMP MACRO point_number(lon, lat) AS
    (round(lon * 1e7)::BIGINT + 1800000000) * 1800000001 + round(lat * 1e7)::BIGINT + 900000000;

-- What identifies a given point with an address written beside it.
CREATE OR REPLACE TEMP MACRO point_identity(lon, lat, written) AS
    concat('point', chr(31), point_number(lon, lat), chr(31), lower(written));

-- Lower 63 bits of MD5 (digest read as a little-endian number): the same in every version and on every machine, unlike
-- hash(). md5_number_lower() gives the same bits four times slower.
CREATE OR REPLACE TEMP MACRO place_hash(identity) AS (md5_number(identity) & 9223372036854775807::UHUGEINT)::BIGINT;

-- The upper 64 bits: they show when two places share the lower ones.
CREATE OR REPLACE TEMP MACRO place_check(identity) AS (md5_number(identity) >> 64)::UBIGINT;

-- location_id of a record with a given point. A bare point is its own number; no hash can collide there.
CREATE OR REPLACE TEMP MACRO point_location(lon, lat, written) AS
    CASE WHEN written IS NULL THEN point_number(lon, lat) ELSE place_hash(point_identity(lon, lat, written)) END;

-- Great-circle distance in metres on the sphere of the Earth's mean radius (haversine). least() skips nulls, hence CASE.
CREATE OR REPLACE TEMP MACRO distance_m(lon_a, lat_a, lon_b, lat_b) AS
    CASE
        WHEN lon_a + lat_a + lon_b + lat_b IS NOT NULL
            THEN 2 * 6371008.8 * asin(least(1.0, sqrt(
                sin(radians(lat_b - lat_a) / 2) ** 2
                + cos(radians(lat_a)) * cos(radians(lat_b)) * sin(radians(lon_b - lon_a) / 2) ** 2)))
    END;

-- Centre of points: mean of their unit vectors (right across the date line), summed as whole numbers because sums of
-- floating-point numbers differ from run to run.
CREATE OR REPLACE TEMP MACRO centre(lon, lat) AS {
    'x': sum((cos(radians(lat)) * cos(radians(lon)) * 1e12)::BIGINT)::DOUBLE,
    'y': sum((cos(radians(lat)) * sin(radians(lon)) * 1e12)::BIGINT)::DOUBLE,
    'z': sum((sin(radians(lat)) * 1e12)::BIGINT)::DOUBLE
};
CREATE OR REPLACE TEMP MACRO centre_lon(middle) AS round(degrees(atan2(middle.y, middle.x)), 7);
CREATE OR REPLACE TEMP MACRO centre_lat(middle) AS
    round(degrees(atan2(middle.z, sqrt(middle.x ** 2 + middle.y ** 2))), 7);

-- The widest gap between neighbours of a list of numbers.
CREATE OR REPLACE TEMP MACRO widest_gap(numbers) AS
    list_max(list_transform(
        list_zip(list_sort(numbers)[2:], list_sort(numbers)[:-2]), lambda pair: pair[1] - pair[2]));

-- True where two city keys agree (one may say more than the other: "stuttgart", "stuttgart bad cannstatt"); null where
-- one is missing.
CREATE OR REPLACE TEMP MACRO same_city(city, other) AS
    starts_with(city || ' ', other || ' ') OR starts_with(other || ' ', city || ' ')
    OR (strlen(city) > length(city) AND (
        contains(concat(' ', city, ' '), concat(' ', other, ' ')) OR contains(concat(' ', other, ' '), concat(' ', city, ' '))));
