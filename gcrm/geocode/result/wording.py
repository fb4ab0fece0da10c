"""What speaks against a match, in words: the meaning of each fault."""

from __future__ import annotations

from functools import cache

from gcrm import sql

#: Where the faults and what they mean stand.
_PRICES = "gcrm.geocode.matching"
_PARTING = ","


@cache
def meanings() -> dict[str, str]:
    """Return what each fault of a match means, by its name."""
    with sql.connect() as con:
        sql.run(con, _PRICES, "fault")
        return dict(con.execute("SELECT fault, meaning FROM fault").fetchall())


def against(faults: str | None) -> tuple[str, ...]:
    """Return what speaks against a match.

    Parameters
    ----------
    faults
        Names of faults parted by commas, as `geocode.location` has them; null where nothing does.

    Returns
    -------
    tuple of str
        The meaning of each fault; a name that is not known (an older snapshot's) stands as it is.
    """
    known = meanings()
    names = (name.strip() for name in (faults or "").split(_PARTING))
    return tuple(known.get(name, name) for name in names if name)
