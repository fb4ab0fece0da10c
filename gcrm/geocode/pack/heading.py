"""The headings of files with addresses: what their columns are usually called, and what they hold."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from gcrm.errors import SourceError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: What a column may hold -> the words for it, without case, accents, blanks and marks, the clearest first.
POINT: dict[str, str] = {
    "address": "address fulladdress addressline addressline1 address1 streetaddress anschrift adresse adresse1 "
    "endereco enderecocompleto direccion direccioncompleta domicilio indirizzo adres addr siteaddress customeraddress "
    "streetandnumber strasseundhausnummer strassehausnummer strassehausnr strassenr 주소 도로명주소",
    "house_number": "housenumber addrhousenumber number streetnumber streetno houseno hausnummer hausnr hnr "
    "addressnumber addnumber stnum housenum buildingnumber civicnumber numero numendereco nro portal talonumero "
    "huisnummer husnr husnummer hno paostartnumber 건물번호 건물본번",
    "number_below": "numberbelow 건물부번 부번",
    "number_suffix": "housenumbersuffix streetnumbersuffix numbersuffix addnumsuf housenrsuffix hausnummerzusatz "
    "hausnrzusatz hnrzusatz zusatz adz rep huisletter bokst paostartsuffix",
    "street": "street addrstreet streetname fullname fullstreet fullstreetname streetfull roadname road thoroughfare "
    "strasse strassenname str strname stname fullstree streetdescription label stn nomvoie nomdevoie voie rua "
    "logradouro nomseglogr calle via katu gatunamn straatnaam openbareruimtenaam straat heitinf "
    "도로명 도로명명칭 addrplace",
    "title_before": "nomtituloseglogr titulologradouro",
    "direction_before": "streetpredirection predirection predir dirprefix streetprefix predirectional stpredir",
    "type_before": "streetpretype pretype stpretyp typevoie tipologradouro nomtiposeglogr tipovia",
    "street_type": "streettype streetsuffix streettypesuffix posttype sttype suftype roadtype sttypesuf stpostyp",
    "direction_after": "streetpostdirection postdirection postdir dirsuffix sufdir suffixdirection stposdir",
    "unit": "unit addrunit apt apartment suite subaddress wohnung flat complemento 동호수",
    "postcode": "postcode addrpostcode postalcode zip zipcode zip5 plz postleitzahl cep postcodelocator "
    "codepostal codpostal codigopostal postinumero postnr postnummer cp cap pincode postzip zippostalcode 우편번호",
    "city": "city addrcity town place municipality postcity posttown postcommunity postalcity ort ortname ortsname "
    "stadt gemeinde wohnort cidade municipio commune nomcommune localidade dsclocalidade kommune woonplaats ville "
    "localidad poblacion ciudad comune citta locality suburb miasto paikkakunta postort 시군구 시군구명 도시",
    "lon": "lon lng long longitude x xcoord pointx laengengrad langengrad 경도",
    "lat": "lat latitude y ycoord pointy breitengrad 위도",
}
#: What stands beside the name of a street where its parts have columns of their own.
STREET_PARTS = ("title_before", "type_before", "direction_before", "street_type", "direction_after")
#: What columns of street centrelines hold beside names, postcode and city.
RANGE: dict[str, str] = {
    "left_from": "lfrom leftfrom fromleft lfromadd lfromhn lfromaddr fromaddrl lfadd lfaddr fromaddl addrfl lstart "
    "leftfromnumber",
    "left_to": "lto leftto toleft ltoadd ltohn ltoaddr toaddrl ltadd ltaddr toaddl addrtl lend lefttonumber",
    "right_from": "rfrom rightfrom fromright rfromadd rfromhn rfromaddr fromaddrr rfadd rfaddr fromaddr addrfr rstart "
    "rightfromnumber",
    "right_to": "rto rightto toright rtoadd rtohn rtoaddr toaddrr rtadd rtaddr toaddr addrtr rend righttonumber",
    "postcode_left": "postcodeleft zipleft zipl leftzip lzip postalcodeleft plzlinks",
    "postcode_right": "postcoderight zipright zipr rightzip rzip postalcoderight plzrechts",
    "city_left": "cityleft lcity leftcity placel cityl ortlinks municipalityleft",
    "city_right": "cityright rcity rightcity placer cityr ortrechts municipalityright",
}
#: What the written address of a table that is to be geocoded may stand in, whole, in lines or in parts.
INPUT: dict[str, str] = {
    "address": f"{POINT['address']} mailingaddress postaladdress homeaddress residentialaddress "
    "deliveryaddress shippingaddress billingaddress propertyaddress physicaladdress postanschrift wohnanschrift "
    "wohnadresse lieferanschrift lieferadresse rechnungsanschrift rechnungsadresse adressepostale direccionpostal "
    "enderecodeentrega enderecoresidencial 배송지주소 배송주소 자택주소 지번주소 location",
    "address_2": "addressline2 streetaddress2 street2 adresse2 adresszusatz enderecolinha2 상세주소",
    "address_3": "addressline3 streetaddress3 street3 adresse3",
    **{
        name: POINT[name]
        for name in ("house_number", "number_suffix", "number_below", "street", "unit", "postcode", "city")
    },
    # "70173 Stuttgart" in one column.
    "postcode_city": "plzort plzstadt plzwohnort plzundort plzundstadt postleitzahlort postleitzahlundort "
    "cpville cplocalidad",
}
#: What columns of centrelines hold: of the words for a point those that a line can have too.
LINE: dict[str, str] = {
    **RANGE,
    "street": f"{POINT['street']} name",
    **{name: POINT[name] for name in (*STREET_PARTS, "postcode", "city")},
}


def plain(heading: str) -> str:
    """Return a heading without case, accents, blanks and marks."""
    letters = unicodedata.normalize("NFKD", heading.casefold())
    kept = "".join(c for c in letters if c.isalnum() and not unicodedata.combining(c))
    return unicodedata.normalize("NFC", kept)


def find(words: Mapping[str, str], names: Sequence[str], given: Mapping[str, str], file: str) -> dict[str, int]:
    """Find which column of a file holds what.

    Parameters
    ----------
    words
        What a column may hold -> the words for it.
    names
        Columns of the file.
    given
        What a column holds -> its name, as the user says.
    file
        What to call the file in a message.

    Returns
    -------
    dict of str to int
        What a column holds -> its position in the file; each column at most once, an empty name given for one that
        is not to be used.

    Raises
    ------
    SourceError
        If a given name is none of the file's.
    """
    found: dict[str, int] = {}
    places = {name: i for i, name in reversed(list(enumerate(names)))}
    for role, name in given.items():
        if role in words and name:
            if name not in places:
                msg = f"{file} has no column '{name}'.{near(name, names)}"
                raise SourceError(msg)
            found[role] = places[name]
    headings = {plain(name): i for i, name in reversed(list(enumerate(names)))}
    for role, usual in words.items():
        if role in given:
            continue
        free = (
            headings[w] for w in (plain(role), *usual.split()) if w in headings and headings[w] not in found.values()
        )
        column = next(free, None)
        if column is not None:
            found[role] = column
    return found
