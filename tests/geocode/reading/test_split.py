"""How written addresses are split and folded."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm import sql
from tests.geocode.ground import build, connect, find, insert, pick

PARTS = ("house_number", "street", "unit", "postcode", "city")


WHOLE = [
    ("123 Main St Apt 4, San Francisco, CA 94110", ("123", "main st", "4", "94110", "san francisco")),
    ("123 Main St, Apt. 4-B, Reno, NV 89501-1234, USA", ("123", "main st", "4-b", "89501-1234", "reno")),
    ("123 Main St #12 A, San Francisco", ("123", "main st", "12 a", None, "san francisco")),
    ("123A N. Main Street", ("123a", "n main street", None, None, None)),
    ("413 1/2 10th Street NE, 20002", ("413 1/2", "10th street ne", None, "20002", None)),
    ("413½ 10th Street N.E.", ("413 1/2", "10th street ne", None, None, None)),
    ("123 MAIN ST SAN FRANCISCO CA 94110", ("123", "main st", None, "94110", "san francisco")),
    ("785 GOLDEN GATE AVENUE UNIT 3 RENO NV 89501", ("785", "golden gate avenue", "3", "89501", "reno")),
    ("17th Street, 94110", (None, "17th street", None, "94110", None)),
    ("Highway 101", (None, "highway 101", None, None, None)),
    ("Hauptstraße 12a, 70173 Stuttgart", ("12a", "hauptstrasse", None, "70173", "stuttgart")),
    ("Obere Weinsteige 9 B, D-70597 Stuttgart", ("9 b", "obere weinsteige", None, "70597", "stuttgart")),
    ("Hauptstr.12 70173 Stuttgart", ("12", "hauptstr", None, "70173", "stuttgart")),
    ("Straße des 17. Juni 135, 10623 Berlin", ("135", "strasse des 17 juni", None, "10623", "berlin")),
    ("Hauptstraße 3/1\n70173 Stuttgart\nGermany", ("3/1", "hauptstrasse", None, "70173", "stuttgart")),
    ("70173 Stuttgart", (None, None, None, "70173", "stuttgart")),
    ("94110", (None, None, None, "94110", None)),
    ("Flat 3, 12 High Street, Southampton, SO17 3SJ", ("12", "high street", "3", "so17 3sj", "southampton")),
    ("Rose Cottage, 12 High Street, Southampton SO17 3SJ", ("12", "high street", None, "so17 3sj", "southampton")),
    ("12 Rue de la Paix (cour), 75002 Paris", ("12", "rue de la paix", None, "75002", "paris")),
]  # fmt: skip
LEFT = [
    ("12 Main St, Reno, NV 89501", None),
    ("12 Main St Apt 4, Reno, NV 89501-1234, USA", None),
    ("Rose Cottage, 12 High Street, Southampton SO17 3SJ", "rose cottage"),
    ("12 Rue de la Paix (cour), 75002 Paris", "cour"),
    ("R. das Flores, 123, Centro, Recife - PE, CEP 50000-100", "centro"),
    ("42, 44 High Street, Reno", "44"),
    ("D-70173 Stuttgart, Hauptstr.12", None),
    ("?? !!", "?? !!"),
]
BOXES = [
    "PO Box 45, Reno, NV",
    "Postfach 10 20 30, 70173 Stuttgart",
    "Caixa Postal 12, Recife - PE",
    "강남구 사서함 12호",
]


@pytest.fixture(scope="module")
def read() -> dict[str, dict[str, Any]]:
    """What became of each text, without a reference: one run of the stage for all."""
    texts = [*(text for text, _ in (*WHOLE, *LEFT)), *BOXES]
    return dict(zip(texts, find([], *texts), strict=True))


@pytest.mark.parametrize(("text", "parts"), WHOLE)
def test_a_whole_text_is_split(read: dict[str, dict[str, Any]], text: str, parts: tuple[str | None, ...]) -> None:
    assert pick([read[text]], *PARTS) == [parts]


def test_units_directions_and_cities_are_told_without_commas() -> None:
    expected = {
        "648 ELM STREET APT A SAN MATEO CA 94403": ("648", "elm street", "a", "94403", "san mateo"),
        "338 ELM STREET APT 29 F SAN MATEO CA 94105": ("338", "elm street", "29 f", "94105", "san mateo"),
        "51 ELM AVENUE APT BLDG 187 SAN MATEO CA 94130": ("51", "elm avenue", "bldg 187", "94130", "san mateo"),
        "12 Elm Street Apt 4 S Fargo ND 58102": ("12", "elm street", "4", "58102", "s fargo"),
        "648 Elm St #4 San Mateo": ("648", "elm st", "4", None, "san mateo"),
        "648 Elm St # APT 4 San Mateo 94403": ("648", "elm st", "4", "94403", "san mateo"),
        "29 Oak Rd bldg 10 ste 310 atlanta ga 30341": ("29", "oak rd", "10 310", "30341", "atlanta"),
        "29 Oak Rd., Ste. 103-B St. Simons GA 31522": ("29", "oak rd", "103-b", "31522", "st simons"),
        "29 Oak Ave., 8th Flr, New York, NY 10022": ("29", "oak ave", "8th", "10022", "new york"),
        "80 Oak Pkwy, Tampa, FL 33716": ("80", "oak pkwy", None, "33716", "tampa"),
        "80 Oak Pkwy Fl 3, Tampa, FL 33716": ("80", "oak pkwy", "3", "33716", "tampa"),
        "500 Unity St, Flat Rock, MI 48134": ("500", "unity st", None, "48134", "flat rock"),
        "12 High Street Flat 3 Southampton SO17 3SJ": ("12", "high street", "3", "so17 3sj", "southampton"),
        "Flat 3 12 High Street Southampton SO17 3SJ": ("12", "high street", "3", "so17 3sj", "southampton"),
        "Hauptstr. 12 Wohnung 5 70173 Stuttgart": ("12", "hauptstr", "5", "70173", "stuttgart"),
        "Rua Augusta, 15 - apto 45 - Centro, Recife - PE": ("15", "rua augusta", "45", None, "recife"),
        "Rua Augusta 15 apto 45 Recife": ("15", "rua augusta", "45", None, "recife"),
        "30 Oak Ave., NW, Reno, NV 89501": ("30", "oak ave nw", None, "89501", "reno"),
        "12 Elm St, E Hampton, NY 11937": ("12", "elm st", None, "11937", "e hampton"),
        "411 Main St Center Point IA 52213": ("411", "main st", None, "52213", "center point"),
        "835 Hwy 30 W Mount Vernon IA 52314": ("835", "hwy 30 w", None, "52314", "mount vernon"),
        "Los Ojos, NM 87551": (None, None, None, "87551", "los ojos"),
    }
    rows = pick(find([], *expected), *PARTS)
    assert dict(zip(expected, rows, strict=True)) == expected


def test_what_stands_around_number_and_name_is_told_apart() -> None:
    expected = {
        "R. das Flores, 123, apto 45, CEP 01310-100": ("123", "r das flores", "45", "01310-100", None),
        "Rua das Flores, 123 - Apto. 45 - Centro - São Paulo/SP - CEP: 01310-100":
            ("123", "rua das flores", "45", "01310-100", "sao paulo"),
        "Av. Paulista, nº 1578, 10º andar, Bela Vista, São Paulo":
            ("1578", "av paulista", "10º andar", None, "sao paulo"),
        "R. 15 de Novembro, 50 - Curitiba - PR": ("50", "r 15 de novembro", None, None, "curitiba"),
        "Rua das Flores, s/n, Centro, Recife - PE": (None, "rua das flores", None, None, "recife"),
        "Rua das Flores 123 Recife PE 50000100": ("123", "rua das flores", None, "50000100", "recife"),
        "C/ Mayor, nº 12, 3º B, 28013 Madrid": ("12", "calle mayor", None, "28013", "3º b madrid"),
        "Via Roma, 12/A, 00184 Roma": ("12/a", "via roma", None, "00184", "roma"),
        "12 bis rue de la Paix, 75002 Paris": ("12 bis", "rue de la paix", None, "75002", "paris"),
        "Marktstraße12, 70173 Stuttgart": ("12", "marktstrasse", None, "70173", "stuttgart"),
        "Hauptstr.12,70173Stuttgart": ("12", "hauptstr", None, "70173", "stuttgart"),
        "Hauptstr. Nr. 12, 70173 Stuttgart": ("12", "hauptstr", None, "70173", "stuttgart"),
        "Hauptstr. 12+14, 70173 Stuttgart": ("12-14", "hauptstr", None, "70173", "stuttgart"),
        "Hauptstr. 12 1/2, 70173 Stuttgart": ("12 1/2", "hauptstr", None, "70173", "stuttgart"),
        "Hauptstr. 12 // Whg. 5, 70173 Stuttgart": ("12", "hauptstr", "5", "70173", "stuttgart"),
        "Hauptstr. 12, 3. OG links, 70173 Stuttgart": ("12", "hauptstr", "3 og", "70173", "stuttgart"),
        "Nordring 5 EG links, 70173 Stuttgart": ("5", "nordring", "eg", "70173", "stuttgart"),
        "Hauptstr. 12, Hinterhaus, 70173 Stuttgart": ("12", "hauptstr", "hinterhaus", "70173", "stuttgart"),
        "Hauptstr. 12 c/o Beispiel, 70173 Stuttgart": ("12", "hauptstr", None, "70173", "stuttgart"),
        "Q 7, 24, 68161 Mannheim": ("24", "q 7", None, "68161", "mannheim"),
        "Basement Flat, 5 Kings Rd, Southampton": ("5", "kings rd", "basement", None, "southampton"),
        "Flat 1/1 15 Byres Road Glasgow G12 8AA": ("15", "byres road", "1/1", "g12 8aa", "glasgow"),
        "Apartment 5 The Granary, 7 Quay Street, Cowes": ("7", "quay street", "5", None, "cowes"),
        "Rose Cottage, Church Lane, Botley, SO30 2EL": ("rose cottage", "church lane", None, "so30 2el", "botley"),
        "No. 12, High Street, Cowes": ("12", "high street", None, None, "cowes"),
        "Unit 3/12 Smith St, Fitzroy VIC 3065": ("12", "smith st", "3", "3065", "fitzroy"),
        "7 Elm Close, Cowes SO16 6FL": ("7", "elm close", None, "so16 6fl", "cowes"),
        "7 Elm Close, 3 Fl, Cowes SO16 6FL": ("7", "elm close", "3", "so16 6fl", "cowes"),
        "2 Elm Close, Cowes SO15": ("2", "elm close", None, "so15", "cowes"),
        "Im Hag20, 70327 Stuttgart": ("20", "im hag", None, "70327", "stuttgart"),
        "350, 5th Ave, New York, NY 10118": ("350", "5th ave", None, "10118", "new york"),
        "9 de Julio 1234, Rosario": ("1234", "9 de julio", None, None, "rosario"),
        "Lipowa 5 m. 12, 61-567 Poznań": ("5", "lipowa", "m 12", "61-567", "poznan"),
        "R Street, 20009": (None, "r street", None, "20009", None),
        "Studio 3, 2 Queens Ter, Cowes SO14 3BP": ("2", "queens ter", "studio 3", "so14 3bp", "cowes"),
        "2 Queens Terrace, Cowes, S014 3BP": ("2", "queens terrace", None, "s014 3bp", "cowes"),
        "12 Main St PO Box 99, Reno, NV 89501": ("12", "main st", None, "89501", "reno"),
        "22 Elm Street, Rear, Boston, MA 02108": ("22", "elm street", "rear", "02108", "boston"),
        "N6W23001 Oak Rd, Waukesha, WI 53188": ("n6w23001", "oak rd", None, "53188", "waukesha"),
        "서울특별시 강남구 역삼동 737번지": ("737", "역삼동", None, None, "서울특별시 강남구"),
    }  # fmt: skip
    rows = pick(find([], *expected), *PARTS)
    assert dict(zip(expected, rows, strict=True)) == expected


@pytest.mark.parametrize("text", BOXES)
def test_a_post_box_is_no_place(read: dict[str, dict[str, Any]], text: str) -> None:
    assert read[text]["rule"] == "post_box"


def test_given_parts_stay_and_missing_ones_come_from_the_text() -> None:
    rows = find(
        [],
        {"address": "9 Other Rd, 11111 Elsewhere", "house_number": "1", "street": "Main St", "postcode": "94110"},
        {"address": "1 Main St Apt 2, San Francisco, CA 94110", "street": "MAIN", "city": "SF"},
        {"street": "1 Main St #7", "postcode": "94110"},
    )
    assert pick(rows, *PARTS) == [
        ("1", "Main St", None, "94110", None), ("1", "MAIN", "2", "94110", "SF"), ("1", "main st", "7", "94110", None),
    ]  # fmt: skip


SPELLINGS = [
    ("North Capitol Street Northwest", "N CAPITOL ST N.W."),
    ("04th Street", "Fourth St"),
    ("Martin-Luther-King-Straße", "martin luther king str."),
    ("Königstraße", "KÖNIGSTR."),
    ("Saint John's Road", "St. Johns Rd"),
    ("화곡로 (Hwagok-ro)", "화곡로"),
    ("Øster Allé", "oster alle"),
    ("Avenida Brigadeiro Faria Lima", "Av. Brig. Faria Lima"),
    ("Rua Doutor Arnaldo", "R. Dr. Arnaldo"),
    ("W Broadway", "West Broadway"),
    ("Rua XV de Novembro", "R. 15 de Novembro"),
    ("County Road 12A", "CR 12A"),
    ("US Highway 101", "US-101"),
    ("MLK Jr Blvd", "Martin Luther King Junior Boulevard"),
]


@pytest.fixture(scope="module")
def spelt() -> dict[str, dict[str, Any]]:
    """Where each spelling was found, in a reference of all that are written first: one run of the stage for all."""
    reference = [
        {"house_number": "7", "street": one, "lon": float(i), "lat": 2.0} for i, (one, _) in enumerate(SPELLINGS)
    ]
    streets = [street for pair in SPELLINGS for street in pair]
    rows = find(reference, *({"house_number": "7", "street": street} for street in streets))
    return dict(zip(streets, rows, strict=True))


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_spellings_of_one_street_agree(spelt: dict[str, dict[str, Any]], one: str, other: str) -> None:
    place = float(SPELLINGS.index((one, other)))
    assert pick([spelt[one], spelt[other]], "lon", "match_level") == [(place, "exact")] * 2
    assert spelt[one]["location_id"] == spelt[other]["location_id"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("East Street NE", "E Street NE"), ("Main Street", "Main Avenue"), ("Main St N", "Main St S")],
)
def test_different_streets_stay_apart(one: str, other: str) -> None:
    reference = [{"house_number": "7", "street": one, "lon": 1.0, "lat": 2.0}]
    ((lon, status),) = pick(find(reference, {"house_number": "7", "street": other}), "lon", "status")
    assert lon is None
    assert status in {"unmatched", "review"}


@pytest.mark.parametrize(
    ("macro", "written", "key"),
    [
        ("number_key", "0012 A", "12a"),
        ("number_key", "1268.0B", "1268b"),
        ("number_key", "12,0", "12"),
        ("number_key", "12 - 14", "12-14"),
        ("number_key", "3-May", "day 3-may"),
        ("number_key", "05. Mrz", "day 05 mrz"),
        ("number_key", "2024-05-03 00:00:00", "day 2024-05-03 00 00 00"),
        ("number_key", "3 Mayfield", "3 mayfield"),
        ("number_key", "12 bis", "12bis"),
        ("number_key", "No. 7", "7"),
        ("number_key", " ", None),
        ("postcode_key", "02139", "2139"),
        ("postcode_key", "2139.0", "2139"),
        ("postcode_key", "94110-1234", "94110"),
        ("postcode_key", "941101234", "94110"),
        ("postcode_key", "so17 3sj", "so173sj"),
        ("postcode_key", "D-70173", "70173"),
        ("postcode_key", "0", None),
    ],
)
def test_keys(macro: str, written: str, key: str | None) -> None:
    with connect() as con:
        sql.run(con, "gcrm.geocode", "macro")
        assert con.execute(f"SELECT {macro}($written)", {"written": written}).fetchone() == (key,)


@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(*[st.none() | st.text(max_size=40)] * 6), min_size=1, max_size=20))
def test_no_text_makes_the_stage_fail(rows: list[tuple[str | None, ...]]) -> None:
    names = ("address", "house_number", "street", "unit", "postcode", "city")
    written = [dict(zip(names, row, strict=True)) for row in rows]
    with connect() as con:
        insert(con, "address_reference", *({**row, "lon": 8.0, "lat": 47.0} for row in written[::2]))
        insert(con, "customer", *written)
        build(con)
        once = con.execute(
            "SELECT count(*), count(DISTINCT row_no), count(l.location_id) FROM geocode.record_location AS r "
            "LEFT JOIN geocode.location AS l USING (location_id) WHERE r.kind = 'customer'"
        ).fetchone()
        odd = con.execute(
            "SELECT count(*) FROM geocode.location WHERE (lon IS NULL) <> (match_level IS NULL) "
            "OR (lon IS NULL) <> (error_m IS NULL) OR confidence NOT BETWEEN 0 AND 1 OR error_m < 0 "
            "OR status NOT IN ('matched', 'tie', 'review', 'unmatched', 'rejected')"
        ).fetchone()
    assert once == (len(rows),) * 3
    assert odd == (0,)


@pytest.mark.parametrize(("text", "left"), LEFT)
def test_what_is_in_no_part_is_told(read: dict[str, dict[str, Any]], text: str, left: str | None) -> None:
    assert read[text]["not_understood"] == left
