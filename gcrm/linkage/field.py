"""What is compared of two records, and how alike it can be: the levels of each field, the likest first.

A level has two probabilities: that two records of one party are alike to this degree (m), and that two records of
different parties are (u). Those here are assumed; `model` estimates them from the records where there are enough.
"""

from __future__ import annotations

from dataclasses import dataclass

_JARO = "jaro_winkler_similarity({0}_l, {0}_r) >= {1}"
_TYPO = "damerau_levenshtein({0}_l, {0}_r) <= {1}"


@dataclass(frozen=True)
class Level:
    """How alike a field of two records is.

    Attributes
    ----------
    words
        What it is called in an explanation.
    condition
        SQL over the columns of both records (`surname_l`, `surname_r`); the first level that holds counts. Empty is
        whatever is left.
    m, u
        Assumed probability of the level among records of one party, and of different parties.
    frequency
        Column whose rare values say more than its frequent ones; null where all say the same.
    """

    words: str
    condition: str
    m: float
    u: float
    frequency: str | None = None


@dataclass(frozen=True)
class Field:
    """What is compared.

    Attributes
    ----------
    name
        Name of the field in an explanation.
    missing
        SQL that says whether the field is not known of one of the two: then it says nothing.
    levels
        How alike it can be, the likest first; the last one is whatever is left.
    """

    name: str
    missing: str
    levels: tuple[Level, ...]


def _plain(name: str, exact: tuple[float, float], *alike: tuple[str, float, float]) -> Field:
    """Return a field of one column: the same, alike by the conditions given, or different."""
    same = Level("the same", f"{name}_l = {name}_r", *exact, frequency=name)
    words = ("alike", "a little alike")
    middle = tuple(
        Level(word, condition.format(name), m, u) for word, (condition, m, u) in zip(words, alike, strict=False)
    )
    rest = (1 - sum(level.m for level in (same, *middle)), 1 - sum(level.u for level in (same, *middle)))
    return Field(name, f"{name}_l IS NULL OR {name}_r IS NULL", (same, *middle, Level("different", "", *rest)))


def _typos(number: int) -> str:
    return _TYPO.replace("{1}", str(number))


def _jaro(least: float) -> str:
    return _JARO.replace("{1}", str(least))


def _like(left: str, right: str) -> str:
    """Return SQL for two names that are alike: by letters, or because one begins with the other (an initial)."""
    l, r = f"{left}_l", f"{right}_r"  # noqa: E741
    return f"(jaro_winkler_similarity({l}, {r}) >= 0.88 OR starts_with({l}, {r}) OR starts_with({r}, {l}))"


_GIVEN, _FAMILY = _like("given_name", "given_name"), _like("surname", "surname")
_CROSSED = f"({_like('given_name', 'surname')} AND {_like('surname', 'given_name')})"
#: Words of the level that families share: the given names are known and differ.
FAMILY = "surname alike, given name different"
#: Words of the levels of names that say nothing together with a common address: neighbours share that.
OTHER = ("given name alike, surname different", "a little alike", "different")

_NAME = Field(
    "name",
    "full_name_l IS NULL OR full_name_r IS NULL",
    (
        Level("the same", "full_name_l = full_name_r", 0.80, 0.00005, frequency="full_name"),
        Level("given name and surname swapped", "given_name_l = surname_r AND surname_l = given_name_r", 0.01, 0.00001),
        Level("alike", f"({_GIVEN} AND {_FAMILY}) OR {_CROSSED}", 0.13, 0.0005),
        Level(
            "surname alike, given name not known",
            f"(given_name_l IS NULL OR given_name_r IS NULL) AND {_FAMILY}",
            0.02,
            0.001,
        ),
        Level(FAMILY, _FAMILY, 0.015, 0.006),
        Level("given name alike, surname different", _GIVEN, 0.02, 0.03),
        Level("different", "", 0.005, 0.96244),
    ),
)
_COMPANY = Field(
    "name",
    "full_name_l IS NULL OR full_name_r IS NULL",
    (
        Level("the same", "full_name_l = full_name_r", 0.75, 0.00002, frequency="full_name"),
        Level("alike", _jaro(0.92).format("full_name"), 0.15, 0.0005),
        Level(
            "one begins with the other",
            "starts_with(full_name_l, full_name_r || ' ') OR starts_with(full_name_r, full_name_l || ' ')",
            0.05,
            0.0002,
        ),
        Level("a little alike", _jaro(0.85).format("full_name"), 0.03, 0.005),
        Level("different", "", 0.02, 0.99428),
    ),
)
_OTHERS = (
    _plain("official_id", (0.90, 0.00002), (_typos(1), 0.07, 0.0002), (_typos(2), 0.01, 0.002)),
    _plain("born_on", (0.90, 0.00005), (_typos(1), 0.07, 0.001)),
    _plain("email", (0.70, 0.00002), (_jaro(0.95), 0.10, 0.0002)),
    _plain("phone", (0.70, 0.00002), (_typos(1), 0.05, 0.0001)),
    _plain("street", (0.75, 0.003), (_jaro(0.92), 0.10, 0.003), (_jaro(0.80), 0.05, 0.02)),
    _plain("house_number", (0.80, 0.02), (_typos(1), 0.08, 0.15)),
    _plain("unit", (0.75, 0.02), (_jaro(0.88), 0.10, 0.03)),
    _plain("postcode", (0.80, 0.01), (_typos(1), 0.06, 0.04), (_typos(2), 0.04, 0.15)),
    _plain("city", (0.85, 0.05), (_jaro(0.88), 0.08, 0.02)),
)

#: Kind of party -> what is compared of two of it.
FIELDS: dict[str, tuple[Field, ...]] = {"person": (_NAME, *_OTHERS), "company": (_COMPANY, *_OTHERS)}
#: Columns in which two records must agree to be compared at all: one of the groups is enough. They are compared by
#: the keys that block.sql makes of these; here they serve to estimate the probabilities of the other fields.
TRAINING: tuple[tuple[str, ...], ...] = (
    ("full_name",),
    ("postcode", "house_number"),
    ("official_id",),
    ("born_on",),
    ("email",),
    ("phone",),
)
#: Keys that two records are compared by; see block.sql.
KEYS = 13
