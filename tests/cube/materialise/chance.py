"""Cuboids chosen by chance: also those that nobody would keep have to give the same figures."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from gcrm.cube.materialise import build, select

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping, Sequence

    from gcrm.cube.demand import Asked


@contextmanager
def chosen(draw: random.Random, most: int = 40) -> Iterator[None]:
    """Let builds keep some of all cuboids that there could be, whatever their size."""

    def some(shapes: Sequence[select.Shape], _budget: int, heard: Mapping[Asked, int] | None) -> list[select.View]:
        views = [v for shape in shapes for v in select.views_of(shape, select.weights(shapes, heard or {}))]
        return draw.sample(views, min(most, len(views)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(select, "_SHARE", 1000.0)
        patch.setattr(build, "select", some)
        yield
