"""The figures of docs/residence-model.md: `python -m tests.enrich.residence.card CAMBRIDGE SAN_FRANCISCO`, both built.

Known buildings are told by models that were learned without them, by chance fifths and by whole neighbourhoods; the
units and types of San Francisco are held against the dwellings that were counted in its zones.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gcrm.enrich.building import write_sites
from gcrm.enrich.residence import build, feature
from gcrm.enrich.residence.inference import FOLDS, KINDS, choices, held_out
from gcrm.warehouse.reader import open_newest

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

    from gcrm.settings import Settings

#: Lower bounds of the confidences that are looked at together.
BANDS = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
#: A zone with fewer dwellings says little of shares.
LEAST = 100
_NEIGHBOURHOOD = """
    SELECT coalesce(min(r.region_id), '') FROM building_site AS s
    LEFT JOIN enrich.building_region AS b ON b.building_key = s.site
    LEFT JOIN conform.region AS r ON r.region_key = b.region_key AND r.level = 'neighbourhood'
    GROUP BY s.site ORDER BY s.site
"""
_ZONES = """
    WITH told AS (
        SELECT r.region_id, sum(b.units) FILTER (b.residence_type IN ('detached', 'semi_row')) AS single,
            sum(b.units) FILTER (b.residence_type IN ('small_multi', 'large_multi')) AS multi
        FROM enrich.building AS b
        JOIN enrich.building_region AS g USING (building_key)
        JOIN conform.region AS r USING (region_key)
        WHERE r.level = 'zone'
        GROUP BY r.region_id
    ),
    counted AS (
        SELECT region_id, sum(value) FILTER (statistic = 'dwellings_single_family') AS single,
            sum(value) FILTER (statistic = 'dwellings_multi_family') AS multi
        FROM ingest.zone_statistic WHERE level = 'zone' GROUP BY region_id
    )
    SELECT c.single, c.multi, coalesce(t.single, 0), coalesce(t.multi, 0)
    FROM counted AS c LEFT JOIN told AS t USING (region_id) ORDER BY region_id
"""


@dataclass(frozen=True)
class Account:
    """How well buildings were told that took no part in learning.

    Attributes
    ----------
    by_type
        Type -> how many there are, share of them that was told so, share of those told so that are.
    right
        Share of all that was told right.
    by_confidence
        Lower bound of a band -> how many, their mean confidence, share of them that is right.
    """

    by_type: dict[str, tuple[int, float, float]]
    right: float
    by_confidence: dict[float, tuple[int, float, float]]


def accounts(con: duckdb.DuckDBPyConnection, settings: Settings) -> tuple[Account, Account]:
    """Return the accounts by chance fifths and by neighbourhoods left out whole."""
    write_sites(con, settings=settings)
    build.write_evidence(con)
    open_ = [o for (o,) in con.execute("SELECT open_classes FROM residence_evidence ORDER BY site").fetchall()]
    traits = feature.own(con)
    xy = feature.flat(traits, settings.project.metric_crs)
    allowed = choices(open_)
    known = np.flatnonzero(allowed.sum(axis=1) == 1)
    kind = allowed[known].argmax(axis=1)
    names = np.array([n for (n,) in con.execute(_NEIGHBOURHOOD).fetchall()])[known]
    fifths = np.random.default_rng(0).permutation(len(known)) % FOLDS
    quarters = np.unique(names, return_inverse=True)[1]
    one, other = (held_out(traits, xy, known, kind, part) for part in (fifths, quarters))
    return _account(kind, one.guessed, one.confidence), _account(kind, other.guessed, other.confidence)


def _account(kind: NDArray[np.int64], guessed: NDArray[np.int64], confidence: NDArray[np.float64]) -> Account:
    right = kind == guessed
    by_type = {
        name: (int((kind == i).sum()), float(right[kind == i].mean()), float(right[guessed == i].mean()))
        for i, name in enumerate(KINDS)
    }
    band = np.searchsorted(BANDS, confidence, "right") - 1
    by_confidence = {
        low: (int((band == i).sum()), float(confidence[band == i].mean()), float(right[band == i].mean()))
        for i, low in enumerate(BANDS)
    }
    return Account(by_type, float(right.mean()), by_confidence)


def zones(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Return how types told by addresses agree with the dwellings counted in each zone.

    Shares of homes of one household: Pearson's correlation over zones of `LEAST` dwellings and more; and the homes and
    flats of all zones, told by counted.
    """
    single, multi, our_single, our_multi = np.array(con.execute(_ZONES).fetchall(), float).T
    wanted = (single + multi >= LEAST) & (our_single + our_multi > 0)
    share, ours = ((a / (a + b))[wanted] for a, b in ((single, multi), (our_single, our_multi)))
    return {
        "zones": float(wanted.sum()),
        "correlation": float(np.corrcoef(share, ours)[0, 1]),
        "single": float(our_single.sum() / single.sum()),
        "multi": float(our_multi.sum() / multi.sum()),
    }


def main() -> None:
    """Print the figures of two projects."""
    cambridge, francisco = (open_newest(Path(name)) for name in sys.argv[1:3])
    out = [*accounts(cambridge.cursor(), cambridge.settings), zones(francisco.cursor())]
    sys.stdout.write("".join(f"{part}\n" for part in out))


if __name__ == "__main__":
    main()
