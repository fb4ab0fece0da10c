-- One row: a hash of the reference addresses and the parcels that the project's own sources bring.
SELECT lower(concat_ws(
    ' ',
    (SELECT concat_ws(' ', count(*), to_hex(bit_xor(md5_number_lower(r::VARCHAR)))) FROM ingest.address_reference AS r),
    (SELECT concat_ws(' ', count(*), to_hex(bit_xor(md5_number_lower(concat_ws(chr(31), parcel_id, md5(geometry))))))
     FROM ingest.parcel))) AS mark;
