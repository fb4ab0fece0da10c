"""Figures of the answers to noised addresses: how many are right, how far off, and how true confidence is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql
from tests.geocode.noise import HARD
from tests.geocode.plot import draw

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

#: Fewest answers of a point of the plot.
LEAST = 2000
#: Right is within error_m or 50 m; a tie, whose error reaches over all places that answer, has to be the place itself.
RIGHT = "coalesce(off_m <= CASE WHEN status = 'tie' THEN 50 ELSE greatest(50, error_m) END, false)"
#: Noise that people make, and noise that leaves little to go by.
HARDER = f"kind IN ({', '.join(map(repr, (*HARD, 'typo_other_postcode')))})"
POINT = "status = 'matched' AND match_level IN ('exact', 'suffix', 'range', 'interpolated', 'segment')"

FOUND = f"""
    SELECT city, kind,
        round(100 * avg((right_one)::INT) FILTER (NOT ambiguous), 2), round(100 * avg(right_one::INT), 2),
        count(*) FILTER (ambiguous), count(*)
    FROM (SELECT *, match_level = 'exact' AND status = 'matched' AND {RIGHT} IS TRUE AS right_one FROM answer)
    WHERE half = 1 AND NOT left_out AND numbered
    GROUP BY ALL ORDER BY ALL
"""
ACCEPTED = f"""
    SELECT CASE WHEN {HARDER} THEN 'harder' ELSE 'usual' END AS noise, city, count(*),
        round(100 * avg({RIGHT}::INT), 2), round(100 * avg((off_m > 500)::INT), 2)
    FROM answer WHERE half = 1 AND {POINT} GROUP BY ALL ORDER BY 1 DESC, 2
"""
NEW_NUMBERS = f"""
    SELECT city, count(*), round(median(off_m), 1) FROM answer
    WHERE half = 1 AND left_out AND match_level = 'interpolated' AND NOT {HARDER} GROUP BY ALL ORDER BY ALL
"""
WITHIN = f"""
    SELECT CASE WHEN {HARDER} THEN 'harder' ELSE 'usual' END AS noise, match_level, count(*),
        round(100 * avg((off_m <= error_m)::INT), 1), round(median(off_m)), round(median(error_m))
    FROM answer WHERE half = 1 AND status = 'matched' AND match_level IS NOT NULL GROUP BY ALL ORDER BY 1 DESC, 3 DESC
"""
#: Each answer with the row of the table of confidences that it falls into.
ROWS = f"""
    CREATE OR REPLACE TEMP TABLE told AS
    SELECT a.city, a.half, c.match_level, c.status, c.score_from, c.confidence, a.is_right
    FROM (SELECT *, {RIGHT} AS is_right FROM answer) AS a
    INNER JOIN confidence AS c
        ON c.match_level = a.match_level AND c.status = a.status AND a.score >= c.score_from AND a.score < c.score_to
"""
SHARES = """
    SELECT match_level, status, score_from, any_value(confidence),
        count(*) FILTER (half = 0), round(avg(is_right::INT) FILTER (half = 0), 4),
        count(*) FILTER (half = 1), round(avg(is_right::INT) FILTER (half = 1), 4)
    FROM told GROUP BY match_level, status, score_from ORDER BY ALL
"""
BINS = """
    SELECT confidence, count(*), sum(is_right::INT) FROM told WHERE half = 1 GROUP BY confidence ORDER BY confidence
"""
#: Confidences as measured on three cities, held against the fourth.
OTHER_CITY = """
    WITH fitted AS (
        SELECT match_level, status, score_from, avg(is_right::INT) AS confidence
        FROM told WHERE city <> $city GROUP BY ALL
    ), cell AS (
        SELECT round(f.confidence, 3) AS confidence, count(*) AS n, avg(t.is_right::INT) AS share
        FROM told AS t INNER JOIN fitted AS f USING (match_level, status, score_from)
        WHERE t.city = $city GROUP BY ALL
    )
    SELECT round(sum(n * abs(confidence - share)) / sum(n), 4), sum(n) FROM cell
"""


def report(con: duckdb.DuckDBPyConnection, plot: Path | None = None) -> str:
    """Return the figures as lines of text, and draw the plot.

    Parameters
    ----------
    con
        Connection with `answer`: one row per question.
    plot
        File of the plot; null for a city that confidences were not fitted on: then only its figures are returned.
    """
    sql.run(con, "gcrm.geocode.verdict", "confidence")
    con.execute(ROWS)
    cells = [(float(c), int(n), int(r)) for c, n, r in con.execute(BINS).fetchall()]
    bins = merged(cells)
    parts = {
        "found (identifiable, all)": FOUND,
        "accepted": ACCEPTED,
        "new numbers": NEW_NUMBERS,
        "within error_m": WITHIN,
        **({"confidence by row": SHARES} if plot else {}),
    }
    lines = []
    for title, query in parts.items():
        lines += [f"# {title}", *(" | ".join(map(str, row)) for row in con.execute(query).fetchall()), ""]
    lines += ["# bins (confidence, share right, answers)", *(f"{c:.4f} | {s:.4f} | {n}" for c, s, n in bins), ""]
    lines += [f"calibration error on the held-out half: {error(bins):.4f} in {len(bins)} bins"]
    if plot:
        draw(bins, plot)
        for (city,) in con.execute("SELECT DISTINCT city FROM told ORDER BY 1").fetchall():
            row = con.execute(OTHER_CITY, {"city": city}).fetchone()
            lines += [f"fitted on the others, {city}: {row}"]
    return "\n".join(lines) + "\n"


def merged(cells: list[tuple[float, int, int]]) -> list[tuple[float, float, int]]:
    """Return bins of neighbouring confidences with at least LEAST answers: mean confidence, share right, answers.

    Parameters
    ----------
    cells
        Confidence, answers and right answers, by rising confidence.
    """
    bins: list[list[float]] = []
    for confidence, answers, right in cells:
        if not bins or bins[-1][1] >= LEAST:
            bins.append([0.0, 0, 0])
        bins[-1] = [bins[-1][0] + confidence * answers, bins[-1][1] + answers, bins[-1][2] + right]
    if len(bins) > 1 and bins[-1][1] < LEAST:
        last = bins.pop()
        bins[-1] = [a + b for a, b in zip(bins[-1], last, strict=True)]
    return [(weight / n, right / n, int(n)) for weight, n, right in bins]


def error(bins: list[tuple[float, float, int]]) -> float:
    """Return the expected calibration error (Naeini et al. 2015): mean distance of confidence and share, by answers."""
    return sum(n * abs(c - s) for c, s, n in bins) / sum(n for _, _, n in bins)
