"""Streets that begin with their type: abbreviated, misspelt, joined to the name, missing; rows that sway no others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.geocode.ground import find, pick

PAULISTAN = (
    "Rua Augusta", "Rua Oscar Freire", "Rua A", "Rua 3", "Rua Tereza Ramos", "Avenida Tereza Ramos",
    "Rua Conselheiro Furtado", "Rua Treze de Maio", "Travessa das Flores", "Largo do Tesouro", "Rua Sete de Abril",
)  # fmt: skip
SEVILLIAN = (
    "Calle Mayor", "Calle Goya", "Calle de la Paz", "Calle Pío XII", "Avenida del Carmen", "Paseo Real",
    "Ronda del Sol",
)  # fmt: skip
LYONNAIS = (
    "Rue Gambetta", "Rue Saint-Michel", "Rue de la Paix", "Rue Neuve", "Boulevard Pasteur", "Chemin du Four",
    "Impasse des Roses", "10e Avenue",
)  # fmt: skip
BOLOGNESE = ("Via Roma", "Via Petrarca", "Via Santa Lucia", "Viale dei Mille", "Piazza Rossini", "Corso Isonzo")
POZNANIAN = ("ul. Nowa", "ul. Klonowa", "ul. Łąkowa", "3 Maja", "Plac Wolności", "ulica Polna")
CITIES = {
    "br": ("São Paulo", PAULISTAN, lambda i: f"01{i:03d}-{i:02d}0"),
    "es": ("Sevilla", SEVILLIAN, lambda i: f"410{i:02d}"),
    "fr": ("Lyon", LYONNAIS, lambda i: f"690{i:02d}"),
    "it": ("Bologna", BOLOGNESE, lambda i: f"401{i:02d}"),
    "pl": ("Poznań", POZNANIAN, lambda i: f"61-{i:03d}"),
}
#: City, what was written -> the address that is meant, by the number of its street and its own.
WRITTEN = {
    ("br", "Roua Augusta, 12, 01001-010 São Paulo"): (1, 12),
    ("br", "RuaA, 14, 01003-030 São Paulo"): (3, 14),
    ("br", "Rua 3, 14 - Centro, São Paulo - SP, 01004-040"): (4, 14),
    ("br", "Aevnida Treza Ramos, 12, 01006-060 São Paulo"): (6, 12),
    ("br", "Tereza Ramos, 12, 01006-060 São Paulo"): (6, 12),
    ("br", "Rua Conselehiro Furtado, 16, São Paulo"): (7, 16),
    ("br", "RuaConselheiro Furtado, 16, São Paulo"): (7, 16),
    ("br", "Tv. das Flores, 12, São Paulo"): (9, 12),
    ("br", "das Flores, 12, São Paulo"): (9, 12),
    ("br", "Largo do Tesouro, 12, São Paulo, 010010-100"): (10, 12),
    ("br", "Rua Augusta, 12, São Paulo, 01001"): (1, 12),
    ("es", "C/ Mayor, 12, 41001 Sevilla"): (1, 12),
    ("es", "C. Goya, 12, 41002 Sevilla"): (2, 12),
    ("es", "Avda. del Carmen 14, Sevilla"): (5, 14),
    ("es", "Pº Real, 14, Sevilla"): (6, 14),
    ("es", "Rda. del Sol 14, Sevilla"): (7, 14),
    ("fr", "12 R. Gambetta, 69001 Lyon"): (1, 12),
    ("fr", "12 rue SaintrMichel, 69002 Lyon"): (2, 12),
    ("fr", "12 Bd Pasteur, Lyon"): (5, 12),
    ("fr", "12 Boulevrad Pasteur, 69005 Lyon"): (5, 12),
    ("fr", "12 Pasteur, Lyon"): (5, 12),
    ("fr", "12 Ch. du Four, Lyon"): (6, 12),
    ("fr", "12 IMP. DES ROSES 69007 LYON"): (7, 12),
    ("fr", "12, 10e Avenue, Lyon"): (8, 12),
    ("it", "V.le dei Mille 12, 40104 Bologna"): (4, 12),
    ("it", "P.za Rossini, 12, Bologna"): (5, 12),
    ("it", "C.so Isonzo 12 40106 Bologna"): (6, 12),
    ("it", "Via Sanvta Lucia 12, 40103 Bologna"): (3, 12),
    ("it", "Petrarca 12, Bologna"): (2, 12),
    ("pl", "Nowa 12 m. 5, 61-001 Poznań"): (1, 12),
    ("pl", "ulkica Klonowa 12, 61-002 Poznań"): (2, 12),
    ("pl", "3 Maja 14, 61-004 Poznań"): (4, 14),
    ("pl", "pl. Wolności 12, Poznań"): (5, 12),
}


def place(street: int, number: int) -> tuple[float, float]:
    return round(10 + street / 100, 3), round(45 + number / 1000, 3)


def reference(city: str) -> list[dict[str, Any]]:
    name, streets, postcode = CITIES[city]
    return [
        {
            "house_number": str(number), "street": street, "postcode": postcode(i), "city": name,
            "lon": place(i, number)[0], "lat": place(i, number)[1],
        }
        for i, street in enumerate(streets, 1)
        for number in range(2, 40, 2)
    ]  # fmt: skip


@pytest.mark.parametrize("city", CITIES)
def test_a_type_ahead_of_the_name_is_told_from_it(city: str) -> None:
    expected = {text: place(*meant) for (asked, text), meant in WRITTEN.items() if asked == city}
    rows = find(reference(city), *expected)
    found = [(round(lon, 3), round(lat, 3)) for lon, lat in pick(rows, "lon", "lat")]
    assert dict(zip(expected, found, strict=True)) == expected
    assert {(row["match_level"], row["status"]) for row in rows} == {("exact", "matched")}


def test_of_two_types_the_one_that_is_missing_is_a_tie() -> None:
    (row,) = find(reference("br"), "Tereza Ramos, 12, São Paulo")
    assert (row["status"], row["rule"]) == ("tie", "several")


def test_letters_that_are_names_stay_names() -> None:
    streets = ("C Street", "R Street", "Avenue C", "Via Court", "Oak Street", "Elm Street")
    points = [
        {"house_number": "12", "street": s, "postcode": f"2000{i}", "city": "Reno", "lon": 1 + i / 100, "lat": 45.0}
        for i, s in enumerate(streets)
    ]
    rows = find(points, *(f"12 {s}, Reno, NV 2000{i}" for i, s in enumerate(streets)), "12 C Avenue, Reno, NV 20002")
    assert pick(rows[:-1], "lon") == [pytest.approx((1 + i / 100,)) for i in range(len(streets))]
    assert rows[-1]["faults"] is None or "street" in rows[-1]["faults"]


def test_what_others_ask_does_not_sway_an_answer() -> None:
    points = [
        {"house_number": n, "street": "Avon Road", "postcode": "ZZ1 1AA", "city": "Testham", "lon": 1.0, "lat": 45.0}
        for n in ("2", "4")
    ]
    alone = {"house_number": "2", "street": "Avo", "city": "Testham"}
    beside = {"house_number": "4", "street": "Avo", "postcode": "ZZ1 1AA", "city": "Testham"}
    (expected,) = find(points, alone)
    rows = find(points, beside, alone)
    assert pick(rows, "match_level")[0] == ("exact",)
    assert rows[1] == expected
