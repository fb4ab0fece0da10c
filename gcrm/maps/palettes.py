"""Colours for classes, told apart with any colour vision and in grey.

Palettes are paths through OKLCH (Ottosson 2020, "A perceptual color space for image processing"): lightness changes in
even steps, so that order can be read without hue; hue runs from yellow-green to blue, or from orange over a neutral
to blue, the two axes that red-green blindness leaves.
"""

from __future__ import annotations

import math

#: Zero, unknown and suppressed: outside every palette, each with a pattern of its own.
ZERO = "#ffffff"
UNKNOWN = "#d9d9d6"
SUPPRESSED = "#b9b4c4"

#: (lightness, chroma, hue in degrees) at the ends of each path.
_LIGHT, _DARK = (0.935, 0.055, 118.0), (0.345, 0.105, 262.0)
_LOW, _HIGH = (0.480, 0.120, 50.0), (0.420, 0.130, 258.0)
_NEUTRAL = 0.950
#: Lightness of neighbours among colours without an order.
_LIGHTNESS = (0.90, 0.42, 0.74, 0.56)


def sequential(count: int) -> tuple[str, ...]:
    """Return `count` colours from light to dark, for amounts."""
    return tuple(_hex(*_between(_LIGHT, _DARK, step)) for step in _steps(count))


def diverging(below: int, above: int) -> tuple[str, ...]:
    """Return colours for classes below and above a middle: dark orange, pale, dark blue.

    Parameters
    ----------
    below, above
        Classes on either side; the palest of each side stands next to the middle.

    Returns
    -------
    tuple of str
        From the lowest class to the highest.
    """
    low = [_hex(*_fade(_LOW, step)) for step in _steps(below)]
    high = [_hex(*_fade(_HIGH, step)) for step in _steps(above)]
    return (*reversed(low), *high)


def qualitative(count: int) -> tuple[str, ...]:
    """Return `count` colours without an order, for names such as those of sales people.

    Neighbours in the list differ in hue and lightness at once. Up to twelve are told apart with any colour vision;
    beyond that some come close to each other.
    """
    # Found by trying steps, starts and lightnesses for the largest least difference over four kinds of vision.
    return tuple(_hex(_LIGHTNESS[i % len(_LIGHTNESS)], 0.16, (120 + 62 * i) % 360) for i in range(count))


def _steps(count: int) -> list[float]:
    if count == 1:
        return [0.65]
    return [i / (count - 1) for i in range(count)]


def _between(
    start: tuple[float, float, float], end: tuple[float, float, float], step: float
) -> tuple[float, float, float]:
    """Return the point at `step` (0-1); chroma swells in the middle, where the gamut is wide."""
    lightness, chroma, hue = (a + (b - a) * step for a, b in zip(start, end, strict=True))
    return lightness, chroma + 0.045 * math.sin(math.pi * step), hue


def _fade(end: tuple[float, float, float], step: float) -> tuple[float, float, float]:
    lightness, chroma, hue = end
    return _NEUTRAL + (lightness - _NEUTRAL) * (0.15 + 0.85 * step), chroma * (0.25 + 0.75 * step), hue


def _hex(lightness: float, chroma: float, hue: float) -> str:
    """Turn OKLCH into `#rrggbb`; chroma is lowered until the colour exists in sRGB."""
    while chroma > 0:
        channels = _srgb(lightness, chroma, hue)
        if all(0 <= c <= 1 for c in channels):
            break
        chroma -= 0.002
    channels = _srgb(lightness, max(chroma, 0.0), hue)
    return "#" + "".join(f"{round(min(max(c, 0.0), 1.0) * 255):02x}" for c in channels)


def _srgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _gamma(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _gamma(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _gamma(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def _gamma(linear: float) -> float:
    if linear <= 0.0031308:
        return 12.92 * linear
    return float(1.055 * linear ** (1 / 2.4) - 0.055)
