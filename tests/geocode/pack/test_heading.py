"""Headings: the columns of files that cities and countries publish are told by their names."""

from __future__ import annotations

import pytest

from gcrm.errors import SourceError
from gcrm.geocode.pack import heading

FOUND = ("house_number", "street", "postcode", "city", "lon", "lat")


@pytest.mark.parametrize(
    ("names", "roles"),
    [
        ("LON LAT NUMBER STREET UNIT CITY DISTRICT REGION POSTCODE ID HASH", [*FOUND, "unit"]),
        ("hash number street unit city district region postcode id geometry", [*FOUND[:4], "unit"]),
        ("Add_Number AddNum_Suf St_PreDir St_Name St_PosTyp St_PosDir Zip_Code Post_City Longitude Latitude",
         [*FOUND, "number_suffix", "direction_before", "street_type", "direction_after"]),
        ("numero rep nom_voie code_postal nom_commune lon lat", [*FOUND, "number_suffix"]),
        ("Straße Hausnummer Hausnummerzusatz PLZ Ort X Y", [*FOUND, "number_suffix"]),
        ("CEP NOM_TIPO_SEGLOGR NOM_SEGLOGR NUM_ENDERECO DSC_LOCALIDADE LATITUDE LONGITUDE", [*FOUND, "type_before"]),
        ("openbareruimtenaam huisnummer huisletter postcode woonplaats lon lat", [*FOUND, "number_suffix"]),
        ("building_number thoroughfare post_town postcode latitude longitude", FOUND),
        ("도로명 건물번호 우편번호 시군구 경도 위도", FOUND),
        ("도로명 건물본번 건물부번 우편번호 시군구명 경도 위도", [*FOUND, "number_below"]),
        ("NOM_TIPO_SEGLOGR NOM_TITULO_SEGLOGR NOM_SEGLOGR NUM_ENDERECO CEP DSC_LOCALIDADE LATITUDE LONGITUDE",
         [*FOUND, "type_before", "title_before"]),
        ("str_name hnr hnr_zusatz plz ort_name X Y", [*FOUND, "number_suffix"]),
        ("addr:housenumber addr:street addr:postcode addr:city lon lat", FOUND),
        ("house_number street postcode lat lon", [n for n in FOUND if n != "city"]),
    ],
)  # fmt: skip
def test_usual_headings_are_known(names, roles):
    listed = names.split()
    found = heading.find(heading.POINT, listed, {}, "f.csv")
    assert set(found) == set(roles)
    assert len(set(found.values())) == len(found)


@pytest.mark.parametrize(
    "names",
    [
        "FULLNAME LFROMHN LTOHN RFROMHN RTOHN ZIPL ZIPR",
        "Street L_From L_To R_From R_To ZIP_Left ZIP_Right",
        "ST_NAME L_F_ADD L_T_ADD R_F_ADD R_T_ADD L_ZIP R_ZIP",
    ],
)
def test_usual_headings_of_centrelines_are_known(names):
    found = heading.find(heading.LINE, names.split(), {}, "f.geojson")
    assert [found[role] for role in ("street", *heading.RANGE) if role in found] == list(range(7))


def test_what_is_given_goes_before_what_is_usual():
    names = ["street", "STRASSE", "no"]
    assert heading.find(heading.POINT, names, {"street": "STRASSE"}, "f.csv") == {"street": 1}
    assert heading.find(heading.POINT, names, {"street": ""}, "f.csv") == {}
    assert heading.find(heading.POINT, names, {"house_number": "no"}, "f.csv") == {"street": 0, "house_number": 2}
    with pytest.raises(SourceError, match=r"no column 'strase'.* Did you mean"):
        heading.find(heading.POINT, names, {"street": "strase"}, "f.csv")
