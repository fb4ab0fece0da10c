"""Explaining: where each figure of a question is taken from, and why from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from gcrm.cube.compile.source import sources
from gcrm.cube.plan import demands

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gcrm.cube.model.formula import Frame
    from gcrm.cube.plan import Plan


@dataclass(frozen=True)
class Origin:
    """Where a figure of one set of dimensions is taken from.

    Attributes
    ----------
    measure
        The measure that is taken; a ratio or formula is worked out from several.
    by
        The dimensions of the set; empty for the total of everything.
    of
        Which records are looked at: empty for the row's own, else such as `previous` or `parent`.
    source
        Name of the cuboid, or `facts`.
    why
        The reason, in words.
    """

    measure: str
    by: tuple[str, ...]
    of: str
    source: str
    why: str


def origins(plan: Plan) -> tuple[Origin, ...]:
    """Say where each figure of a plan is taken from.

    Parameters
    ----------
    plan
        The question with its keys resolved.

    Returns
    -------
    tuple of Origin
        One per measure that is taken, set of dimensions, and records looked at.
    """
    return tuple(
        Origin(
            name,
            tuple(d.name for d in source.kept),
            _words(frame),
            source.cuboid.name if source.cuboid else "facts",
            why,
        )
        for frame, measures in demands(plan).items()
        for source in sources(plan, frame, measures)
        for name, why in source.why.items()
    )


def origins_table(found: Iterable[Origin]) -> pa.Table:
    """Lay origins out as a table.

    Parameters
    ----------
    found
        Origins.

    Returns
    -------
    pa.Table
        One row each: measure, by, of, source, why.
    """
    text = pa.schema([(name, pa.string()) for name in ("measure", "by", "of", "source", "why")])
    return pa.Table.from_pylist([{**vars(o), "by": ", ".join(o.by)} for o in found], schema=text)


def _words(frame: Frame) -> str:
    return " ".join(word.replace("_", " ") for word in (frame.place, frame.time) if word != "own")
