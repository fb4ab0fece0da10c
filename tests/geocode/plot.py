"""The plot of confidence against what came true, as a plain SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SIZE, LEFT, TOP, SIDE = 420, 60, 30, 320


def draw(bins: Sequence[tuple[float, float, int]], path: Path) -> None:
    """Draw one point per bin in two panels: all confidences, and those of 0.95 and more.

    Parameters
    ----------
    bins
        Mean confidence, share that was right, answers.
    path
        File to write.
    """
    panels = [_panel(bins, 0.0, 0), _panel([b for b in bins if b[0] >= 0.95], 0.95, SIZE)]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * SIZE} {SIZE}" font-family="sans" font-size="12">',
        "<title>Confidence and share of right answers on the held-out half</title>",
        f'<rect width="{2 * SIZE}" height="{SIZE}" fill="white"/>',
        *(line for panel in panels for line in panel),
        "</svg>",
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _panel(bins: Sequence[tuple[float, float, int]], start: float, shift: int) -> list[str]:
    """Return the lines of one panel: frame, diagonal, ticks, points."""

    def x(value: float) -> float:
        return shift + LEFT + (value - start) / (1 - start) * SIDE

    def y(value: float) -> float:
        return TOP + SIDE - (max(value, start) - start) / (1 - start) * SIDE

    lines = [
        f'<rect x="{shift + LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#555"/>',
        f'<line x1="{x(start)}" y1="{y(start)}" x2="{x(1)}" y2="{y(1)}" stroke="#999" stroke-dasharray="4 4"/>',
    ]
    for step in range(6):
        tick = start + (1 - start) * step / 5
        lines += [
            f'<text x="{x(tick):.1f}" y="{TOP + SIDE + 18}" text-anchor="middle">{tick:.2f}</text>',
            f'<text x="{shift + LEFT - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:.2f}</text>',
        ]
    lines += [
        f'<text x="{shift + LEFT + SIDE / 2}" y="{TOP + SIDE + 40}" text-anchor="middle">confidence</text>',
        f'<text x="{shift + LEFT}" y="{TOP - 10}">share of answers that were right</text>',
    ]
    lines += [
        f'<circle cx="{x(c):.1f}" cy="{y(s):.1f}" r="{min(14, 2 + (n / 2000) ** 0.5):.1f}" fill="#1b6ca8" '
        f'fill-opacity="0.7"><title>{c:.4f} said, {s:.4f} right, {n} answers</title></circle>'
        for c, s, n in bins
    ]
    return lines
