"""How the customers of an invented project choose their store: by zone, by Huff's model, or the nearest one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from gcrm.analysis.choice.decay import FLOOR_MIN, Decay
from gcrm.analysis.choice.market import Market, dense
from gcrm.analysis.choice.model import Model, shares
from gcrm.enrich.road.estimate import estimated_between, estimated_nearest
from gcrm.errors import near
from gcrm.settings.roads import Roads

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.generate.world import Homes, World

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

Rule = Literal["zone", "huff", "nearest"]
RULES: tuple[str, ...] = get_args(Rule)
#: Pairs of a home and a store that are looked at together: few enough for any memory.
_PAIRS = 300_000


@dataclass(frozen=True)
class Choice:
    """How customers choose their store.

    Each customer chooses once and buys in that store ever after. So customers are the independent draws that the
    likelihood of `ws.choice` takes them for, and its standard errors are those of the truth; with a choice per order
    they would be too large, because a customer counts once, by parts of the orders.

    Attributes
    ----------
    rule
        `zone`: the store of the zone, wherever it is. `nearest`: mostly the nearest one. `huff`: by chance, each store
        drawing by floor area to the power of `size`, times minutes of the way to the power of `decay`.
    size, decay
        Parameters of Huff's model, named as `ws.choice` names them.
    astray
        Share of those who would go to the nearest store but go to any, all as likely. Without them nothing tells that
        rule from Huff's model with a decay beyond all bounds.

    Raises
    ------
    ValueError
        If there is no such rule, or a parameter cannot be.
    """

    rule: Rule = "zone"
    size: float = 0.9
    decay: float = -2.0
    astray: float = 0.05

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.rule not in RULES:
            msg = f"Customers choose by {', '.join(RULES)}; found '{self.rule}'.{near(self.rule, RULES)}"
            raise ValueError(msg)
        if not (0 <= self.size < math.inf and -math.inf < self.decay <= 0):
            msg = (
                "Huff's model takes a power of floor area from 0 up and a power of travel time from 0 down, such as 0.9"
                f" and -2; found {self.size:g} and {self.decay:g}."
            )
            raise ValueError(msg)
        if not 0 <= self.astray <= 1:
            msg = f"A share of customers goes astray, from 0 to 1; found {self.astray:g}."
            raise ValueError(msg)

    @property
    def truth(self) -> dict[str, str | float]:
        """The rule, and the parameters that it has; `floor_min` is the least that a way counts, in minutes."""
        known: dict[str, dict[str, str | float]] = {
            "zone": {},
            "nearest": {"astray": self.astray},
            "huff": {"size": self.size, "decay": self.decay, "floor_min": FLOOR_MIN},
        }
        return {"rule": self.rule} | known[self.rule]

    def stores(self, homes: Homes, world: World, rng: np.random.Generator) -> tuple[Ints, Floats]:
        """Choose a store for each home.

        Ways are those of a project without roads and with the usual `[roads]`, as `ws.choice` takes them: geodesics, so
        many times longer, at one speed.

        Parameters
        ----------
        homes
            Where customers live.
        world
            Where stores are, and how large.
        rng
            Random numbers: one for each home, but none where customers go by zone.

        Returns
        -------
        tuple of numpy.ndarray
            Number of the store, one per home; and how many of the homes could be expected, one per store.
        """
        at = np.column_stack([homes.lon, homes.lat])
        if self.rule == "huff":
            return self._by_huff(at, world, rng.random(len(at)))
        if self.rule == "nearest":
            return self._nearest(at, world, rng.random(len(at)))
        store = world.store_of(homes.zone)
        return store, np.bincount(store, minlength=len(world.stores)).astype(float)

    def _nearest(self, at: Floats, world: World, luck: Floats) -> tuple[Ints, Floats]:
        many, lost = len(world.stores), luck < self.astray
        store = estimated_nearest(at, world.sites, Roads(), "drive")[1]
        own = np.bincount(store, minlength=many)
        store[lost] = luck[lost] / self.astray * many
        return store, np.asarray((1 - self.astray) * own + self.astray * len(at) / many, float)

    def _by_huff(self, at: Floats, world: World, luck: Floats) -> tuple[Ints, Floats]:
        store, expected = np.empty(len(at), np.int64), np.zeros(len(world.stores))
        model = Model((self.size,), Decay("power", (self.decay,), FLOOR_MIN))
        figures, step = world.floor_area_m2[:, None].astype(float), max(1, _PAIRS // len(world.stores))
        for block in (slice(start, start + step) for start in range(0, len(at), step)):
            minutes = estimated_between(at[block], world.sites, Roads(), "drive")
            chance = shares(Market(dense(minutes), figures), model).share.reshape(minutes.shape)
            # Whatever rounding leaves is the last one's.
            store[block] = (chance.cumsum(axis=1)[:, :-1] <= luck[block, None]).sum(axis=1)
            expected += chance.sum(axis=0)
        return store, expected
