"""The words of registers for what a building is: tax rolls, cadastres, OpenStreetMap's `building`.

Each word is read by the first pattern that it matches, in lower case and with blanks for everything that is no letter
or digit. The patterns follow the use codes of United States tax rolls, the values of OpenStreetMap's key `building`
(wiki.openstreetmap.org/wiki/Key:building), and the classes of German and Korean registers of buildings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gcrm.enrich.residence.kind import Kind

_MANY = None


@dataclass(frozen=True)
class Meaning:
    """What a word says of one record.

    Attributes
    ----------
    kind
        `home` and its forms, what is no home, or `accessory`, which says nothing of a building.
    least, most
        Dwelling units that one record stands for; `most` is null where there is no bound, and both are null where the
        word does not say.
    """

    kind: Kind
    least: int | None = None
    most: int | None = None


_PATTERNS: tuple[tuple[str, Meaning], ...] = (
    (
        (
            r"parking|park lnd|\bpkg\b|parkg|garages?\b|carport|\bshed\b|\broof\b|\bhut\b|greenhouse|vacant|vacnt"
            r"|\bland\b"
            r"|\blnd\b|undev|condo bldg|billboard|\bruins?\b|construction|\bgarten\w*|주차장|창고동"
        ),
        Meaning("accessory"),
    ),
    (r"\bmxd\b|\bmixed\b|\bmix\b|multiuse|wohn und gesch|주상복합|오피스텔|근린생활시설.*주택", Meaning("mixed")),
    (r"housing authority|public housing", Meaning("home", 2, _MANY)),
    (
        (
            r"\bdorm\w*|nursing|assist\w* liv|assisted|astd|retire\w*|frat\w*|soror\w*|rectory|parsonage|monastery"
            r"|convent\b|prison|barracks|boarding|rooming|wohnheim|heim\b|기숙사|고시원|요양"
        ),
        Meaning("institutional"),
    ),
    (
        (
            r"church|chapel|cathedral|mosque|temple|synagogue|college|universit\w*|school|education|\bedu\b|kindergarten"
            r"|hospital|\bclinic\b|charitable|government|\bcity\b|\bcounty\b|\bcivic\b|\bpublic\b|library|museum|fire"
            r"|police|scientific|cemeter\w*|town ?hall|embassy|schule|kirche|krankenhaus|학교|교회|병원|공공"
        ),
        Meaning("institutional"),
    ),
    (
        (
            r"warehouse|whse|industr\w*|\bind\b|manuf\w*|factory|high tech|\bdev fc\b|resrch|rsrch|plant\b|hangar|silo"
            r"|lagerhalle|fabrik|gewerbe|공장|창고"
        ),
        Meaning("industrial"),
    ),
    (
        (
            r"retail|\bstores?\b|\bshops?\b|kiosk|offic\w*|\bbank\b|restaurant|eating|hotel|motel|\binn\b|resort"
            r"|supermarket|mall\b|commercial|theat\w+|cinema|\bauto\b|\bgas\b|car wash"
            r"|bowling|tennis|club|funeral|child care|medical"
            r"|\bcom\b|buro|laden|geschaft|상가|업무|판매|숙박"
        ),
        Meaning("commercial"),
    ),
    (
        (
            r"transport\w*|\butility\b|\butil\b|tele exch|train station|\bstation\b"
            r"|bridge|toilets|service\b|stadium"
            r"|pavilion|grandstand|barn\b|stable|cowshed|sports"
        ),
        Meaning("other"),
    ),
    (r"\bsemi ?detached|\bsemi\b|doppelhaus|땅콩", Meaning("semi_row", 1, 1)),
    (r"\bterraced?\b|\brow\b|rowhouse|row house|town ?hou?se|twnhse|townhse|reihen\w*", Meaning("semi_row", 1, 1)),
    (r"4 8 (unit|apt)|4 to 8", Meaning("home", 4, 8)),
    (r"^\s*8 unit|over 8|more than 8", Meaning("home", 9, _MANY)),
    (r"\b3 ?fam|three fa?m|three family|triplex|triple decker|\bdecker\b|dreifamilien\w*", Meaning("home", 3, 3)),
    (r"\b2 ?fam|two fam|duplex|zweifamilien\w*", Meaning("home", 2, 2)),
    (
        (
            r"\bdetached\b|bungalow|\bvilla\b|\bcabin\b|farm\b|chalet|mobile home|static caravan|houseboat"
            r"|einfamilien\w*"
            r"|단독"
        ),
        Meaning("detached", 1, 1),
    ),
    (r"single fam\w* w auxiliary", Meaning("home", 1, 2)),
    (r"\b1 ?fam|sngl fam|single fam\w*|one family|\bhouse\b|\bsfr\b", Meaning("house", 1, 1)),
    (r"다가구|다중주택", Meaning("home", 2, 19)),
    (r"다세대|condominium|\bcondo\b|\bcndo\b|\bcnd\b|co op|eigentumswohnung", Meaning("home", 1, 1)),
    (r"아파트", Meaning("home", 5, _MANY)),
    (r"연립", Meaning("home", 2, _MANY)),
    (
        r"apartments?|\bapts?\b|\bflats?\b|mehrfamilien\w*|multi fam\w*|multi unit|tenement|mult res|wohnblock",
        Meaning("home", 2, _MANY),
    ),
    (r"residential|dwelling|\bres\b|wohn\w*|주택", Meaning("home")),
)
_COMPILED = tuple((re.compile(pattern), meaning) for pattern, meaning in _PATTERNS)
_APART = re.compile(r"[^0-9a-zà-öø-ÿ\uac00-\ud7a3]+")
#: Words for the form of a building that say it shares a wall; any other says that it does not.
_SHARED = re.compile(r"semi ?detached|\brow\b|town ?hou?se|twnhse|townhse|terrace|reihen|doppel")


def meaning(word: str) -> Meaning | None:
    """Return what a register's word says; null where no pattern knows it.

    Parameters
    ----------
    word
        The word as the register writes it.

    Returns
    -------
    Meaning or None
        What it says of one record.
    """
    plain = _APART.sub(" ", word.lower()).strip()
    return next((said for pattern, said in _COMPILED if pattern.search(plain)), None)


def shares_wall(style: str) -> bool:
    """Say whether a register's word for the form of a building means one that shares a wall."""
    return _SHARED.search(_APART.sub(" ", style.lower())) is not None
