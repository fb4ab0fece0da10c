-- Functions of what people decide: the key of an address as it was written, and what a match level says of a point.

-- Hash of the written parts without the unit, which never moves the point; blanks and capitals do not count. It depends
-- on no rule by which addresses are understood, so that a decision holds when those change.
CREATE OR REPLACE TEMP MACRO address_key(address, house_number, street, postcode, city) AS
    CASE
        WHEN address IS NOT NULL OR house_number IS NOT NULL OR street IS NOT NULL
            OR postcode IS NOT NULL OR city IS NOT NULL
            THEN md5(lower(nfc_normalize(regexp_replace(trim(concat(
                replace(coalesce(trim(address), ''), chr(31), ' '), chr(31),
                replace(coalesce(trim(house_number), ''), chr(31), ' '), chr(31),
                replace(coalesce(trim(street), ''), chr(31), ' '), chr(31),
                replace(coalesce(trim(postcode), ''), chr(31), ' '), chr(31),
                replace(coalesce(trim(city), ''), chr(31), ' '))), '[\s\pZ]+', ' ', 'g'))))
    END;

-- The one place that decides which points may be drawn and what may be said of a building: `building` is the address
-- itself, `near` a point computed beside the right part of the street, `area` the middle of something, one of several
-- places, or a point that may be farther off than neighbours are; null where there is no point.
CREATE OR REPLACE TEMP MACRO precision_of(match_level, status, error_m) AS
    CASE
        WHEN match_level IS NULL THEN NULL
        WHEN status <> 'matched' OR error_m > 250 THEN 'area'
        WHEN match_level IN ('given', 'decided', 'exact', 'suffix', 'range', 'parcel') THEN 'building'
        WHEN match_level IN ('interpolated', 'segment', 'intersection') THEN 'near'
        ELSE 'area'
    END;
