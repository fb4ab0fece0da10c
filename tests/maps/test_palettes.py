"""Palettes against colour vision: deficiencies simulated as Machado, Oliveira and Fernandes (2009) do."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gcrm.maps import palettes

# Their matrices for full protanopia, deuteranopia and tritanopia, in linear sRGB.
VISIONS = {
    "full": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
PALETTES = {f"sequential {n}": palettes.sequential(n) for n in range(2, 8)} | {
    f"diverging {a}+{b}": palettes.diverging(a, b) for a, b in ((1, 1), (2, 2), (2, 3), (3, 3))
}
PALETTES |= {f"qualitative {n}": palettes.qualitative(n) for n in (2, 7, 12)}


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of linear sRGB."""
    to_xyz = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
    )
    t = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("name", PALETTES)
def test_classes_differ_for_every_eye(name: str, vision: str) -> None:
    seen = [lab(VISIONS[vision] @ linear(c)) for c in PALETTES[name]]
    nearest = min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2))
    assert nearest > 8  # a difference of 2.3 is just noticeable side by side


@pytest.mark.parametrize("count", range(2, 8))
def test_sequences_darken_in_even_steps(count: int) -> None:
    lightness = [lab(linear(c))[0] for c in palettes.sequential(count)]
    steps = -np.diff(lightness)
    assert steps.min() > 0.6 * steps.mean()


def test_zero_is_lighter_than_any_class() -> None:
    lightest = max(lab(linear(c))[0] for colours in PALETTES.values() for c in colours)
    assert lab(linear(palettes.ZERO))[0] > lightest + 4
