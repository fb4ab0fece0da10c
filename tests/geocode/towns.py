"""Made-up towns whose streets are called as they are in several countries."""

from __future__ import annotations

import itertools
import math
import random
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SURNAMES = (
    "Silva Souza Oliveira Pereira Costa Almeida Nogueira Cardoso Teixeira Moreira Carvalho Ramos Freitas Barbosa"
)
_FIRST = "Antônio Manoel Francisco Maria Ana Luiz Carlos Júlio Otávio Heitor Cecília Tereza"
_SAINTS = "São João,São José,Santo Antônio,Santa Rita,Nossa Senhora da Conceição"
_DAYS = "Sete de Setembro,Quinze de Novembro,Treze de Maio,Primeiro de Maio"
_TITLED = (
    "Marechal Deodoro,Barão do Rio Branco,General Osório,Doutor Arnaldo,Conselheiro Furtado,Brigadeiro Tobias,"
    "Padre Anchieta"
)
_SPANISH = (
    "Mayor,Real,del Sol,de la Luna,Nueva,San José,San Juan,Santa Ana,Miguel de Cervantes,Antonio Machado,Velázquez,"
    "Goya,Isabel la Católica,de la Paz,de Andalucía,Ancha,del Carmen,de las Flores,del Río,"
    "Doctor Fleming,Pío XII,1 de Mayo"
)
_FRENCH = (
    "de la République,Victor Hugo,Jean Jaurès,de la Gare,de l'Église,du Moulin,Gambetta,Pasteur,Émile Zola,"
    "Saint-Michel,Sainte-Catherine,de la Paix,des Lilas,du Maréchal Foch,Anatole France,des Vignes,"
    "Neuve,du Four,d'Alsace,Notre-Dame"
)
_ENGLISH = (
    "High,Church,Station,Victoria,Albert,King's,Queen's,Park,Mill,Manor,Chapel,Abbey,St John's,Duke,Elm,Oak,Holly"
)
_TYPES = "Street,Road,Lane,Avenue,Gardens,Terrace,Mews,Crescent,Square,Close,Grove,Place"
Street = tuple[str, str, list[str]]


def brazilian(rng: random.Random) -> Iterator[Street]:
    """Streets with a type ahead, persons and days, and a postcode each."""
    people = [" ".join(pair) for pair in itertools.product(_FIRST.split(), _SURNAMES.split())]
    kinds = ["Rua"] * 8 + ["Avenida", "Avenida", "Travessa", "Alameda", "Praça", "Largo", "Estrada"]
    for i, name in enumerate([*people, *f"{_SAINTS},{_DAYS},{_TITLED},A,B,2,3".split(",")]):
        yield f"{rng.choice(kinds)} {name}", f"{1000 + 7 * i:05d}-{rng.randrange(0, 1000, 10):03d}", _numbers(rng, 1800)


def spanish(rng: random.Random) -> Iterator[Street]:
    """Streets with a type ahead, several in a postcode."""
    kinds = ["Calle"] * 6 + ["Avenida", "Plaza", "Paseo", "Camino", "Ronda", "Travesía"]
    for name in _SPANISH.split(","):
        for kind in sorted(set(rng.choices(kinds, k=3))):
            yield f"{kind} {name}", f"410{rng.randrange(1, 20):02d}", _numbers(rng, 120)


def french(rng: random.Random) -> Iterator[Street]:
    """Streets with a type ahead, six postcodes, and numbers with bis."""
    kinds = ["Rue"] * 6 + ["Avenue", "Boulevard", "Place", "Impasse", "Allée", "Chemin", "Quai"]
    for name in _FRENCH.split(","):
        for kind in sorted(set(rng.choices(kinds, k=3))):
            numbers = _numbers(rng, 160)
            yield f"{kind} {name}", f"6900{rng.randrange(1, 7)}", [*numbers, *(f"{n} bis" for n in numbers[::9])]


def queens(rng: random.Random) -> Iterator[Street]:
    """Streets that are called by numbers, and numbers with the block ahead."""
    for n in range(1, 90):
        for kind in ("Street", "Avenue", "Road", "Drive", "Place"):
            if rng.random() < 0.5:
                ending = "th" if 10 < n % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
                blocks = rng.sample(range(10, 130), 4)
                yield (
                    f"{n}{ending} {kind}",
                    f"113{rng.randrange(54, 79)}",
                    [f"{b}-{house:02d}" for b in blocks for house in rng.sample(range(1, 60), 4)],
                )


def english(rng: random.Random) -> Iterator[Street]:
    """Streets of the same names in several quarters, fourteen houses to a postcode."""
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    for name in (f"{a} {b}" for a in _ENGLISH.split(",") for b in _TYPES.split(",")):
        for quarter in rng.sample(("SW3", "W8", "N16", "NW6", "E2", "SE5"), rng.choice((1, 2, 3))):
            numbers = _numbers(rng, 180)
            for start in range(0, len(numbers), 14):
                inward = f"{rng.randrange(1, 9)}{rng.choice(letters)}{rng.choice(letters)}"
                yield name, f"{quarter} {inward}", numbers[start : start + 14]


#: Name of the file -> the town's name, and its streets.
TOWNS = {
    "br": ("São Benedito", brazilian),
    "es": ("Villanueva", spanish),
    "fr": ("Villeneuve", french),
    "us": ("Newtown", queens),
    "gb": ("Newham", english),
}


def write_town(town: str, folder: Path) -> None:
    """Write a town's addresses as the files of the test data have them."""
    rng = random.Random(town)  # noqa: S311 - a town, not a secret
    streets = list(TOWNS[town][1](rng))
    side = math.ceil(math.sqrt(len(streets)))
    rows = {}
    for i, (street, postcode, numbers) in enumerate(streets):
        for k, number in enumerate(numbers):
            point = 10 + i % side * 0.008 + k * 0.0001, 45 + i // side * 0.006 + k % 2 * 0.0001
            rows.setdefault((number, street, postcode), point)
    table = pa.table({name: [key[k] for key in rows] for k, name in enumerate(("house_number", "street", "postcode"))})
    for k, name in enumerate(("lon", "lat")):
        table = table.append_column(name, pa.array([point[k] for point in rows.values()]))
    pq.write_table(table, folder / f"{town}.parquet")


def _numbers(rng: random.Random, last: int) -> list[str]:
    return [str(n) for n in sorted(rng.sample(range(1, last), rng.randrange(10, 50)))]
