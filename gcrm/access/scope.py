"""The scope of a question: which regions and which records someone may see."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scope:
    """What one reader may see; every query takes one.

    Attributes
    ----------
    name
        Who it is for, in words; it stands in receipts.
    regions
        Level -> identifiers of the regions that may be seen; a place must lie in one of them at every level named.
        Empty: every region, and places without a region.
    record_rights
        True: exact figures, points and single records. False: counts below the project's `privacy.min_count` and
        everything they could be recovered from are suppressed, and no points are given.
    """

    name: str
    regions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    record_rights: bool = False


#: The person at the machine on which the project's folder lies: they can read the files, so they may see everything.
LOCAL = Scope("local user", record_rights=True)
