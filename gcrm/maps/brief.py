"""A sheet of paper for one sales person: the map, the numbers and the key accounts of a territory, as PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from gcrm.maps.render_print import draw

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from gcrm.maps.description import MapDescription

#: A4, in inches.
_WIDE, _HIGH = 8.27, 11.69
_LONGEST = 46


@dataclass(frozen=True)
class Brief:
    """What the sheet shows.

    Attributes
    ----------
    title, subtitle
        Whom it is for, and from when on.
    description
        The map.
    numbers
        Rows of (what, now, until now), as written; the heading is not among them.
    accounts
        Rows of the key accounts, as written, the first is the heading.
    note
        What the figures rest on.
    """

    title: str
    subtitle: str
    description: MapDescription
    numbers: Sequence[tuple[str, str, str]]
    accounts: Sequence[Sequence[str]]
    note: str


def write_brief(brief: Brief, path: Path) -> None:
    """Write a brief as PDF on one sheet of A4.

    Parameters
    ----------
    brief
        What it shows.
    path
        The file.
    """
    figure = Figure(figsize=(_WIDE, _HIGH))
    figure.text(0.07, 0.95, _short(brief.title), fontsize=17, fontweight="bold", parse_math=False)
    figure.text(0.07, 0.927, brief.subtitle, fontsize=10, color="#4b5763", parse_math=False)
    draw(figure.add_axes((0.05, 0.5, 0.62, 0.4)), brief.description)
    heading = ("", "now", "until now")
    _table(figure.add_axes((0.07, 0.36, 0.86, 0.13)), [heading, *brief.numbers], (0.4, 0.3, 0.3))
    figure.text(0.07, 0.335, "Key accounts", fontsize=11, fontweight="bold")
    widths = (0.16, 0.44, *([0.4 / max(len(brief.accounts[0]) - 2, 1)] * (len(brief.accounts[0]) - 2)))
    _table(figure.add_axes((0.07, 0.06, 0.86, 0.265)), brief.accounts, widths)
    figure.text(0.07, 0.03, brief.note, fontsize=7, color="#4b5763", parse_math=False)
    with PdfPages(path, metadata={"Title": brief.title, "CreationDate": None}) as pages:
        pages.savefig(figure)


def _table(axes: Axes, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    """Write rows under their heading; the first column to the left, numbers to the right."""
    axes.set_axis_off()
    made = axes.table(
        [[_short(cell) for cell in row] for row in rows],
        colWidths=list(widths),
        loc="upper left",
        cellLoc="right",
        edges="B",
    )
    made.auto_set_font_size(False)  # noqa: FBT003 - matplotlib takes no name
    for (row, column), cell in made.get_celld().items():
        cell.set_fontsize(8)
        cell.set_edgecolor("#c9d1d6")
        cell.set_height(0.115 if len(rows) < 9 else 0.058)
        cell.get_text().set_parse_math(False)
        if row == 0:
            cell.get_text().set_fontweight("bold")
        if column < (1 if len(widths) == 3 else 2):
            cell.get_text().set_horizontalalignment("left")
            cell.PAD = 0.01


def _short(text: str) -> str:
    plain = "".join(c if c.isprintable() else "?" for c in text)
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"
