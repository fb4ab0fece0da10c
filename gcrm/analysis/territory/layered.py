"""Territories that overlap: one layer per product or channel, balanced together over those who look after them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg

from gcrm.analysis.territory import check
from gcrm.analysis.territory.design import Design, designed, names_of
from gcrm.analysis.territory.graph import Graph
from gcrm.analysis.territory.problem import problem_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from gcrm.analysis.territory.problem import Problem
    from gcrm.analysis.territory.rules import Rules, Units

#: A band that nothing breaks: layers are balanced together, not one by one.
_WIDE = 1e6


def design_layers(
    layers: Mapping[str, Units],
    rules: Rules,
    *,
    sells: Mapping[str, Collection[str]] | None = None,
    seconds: float = 60.0,
    gap: float = 0.0,
    seed: int = 0,
) -> dict[str, Design]:
    """Design territories of several layers together: in each they hang together, and bands hold for the sums of all.

    Parameters
    ----------
    layers
        Product or channel -> units with its activities; the same activities in every layer.
    rules
        What has to hold of every layer; bands and sizes are those of a territory's sums over its layers. It names a
        centre for every territory.
    sells
        Territory -> layers it takes part in; all of them where it is left out.
    seconds, gap, seed
        As in `design`.

    Returns
    -------
    dict of str to Design
        Layer -> its territories. Cost, bound and state are those of all layers together.

    Raises
    ------
    DesignError
        If units or rules cannot be met, or no plan was found in time.
    """
    if not rules.centres:
        check.refuse("layers are designed for territories with a centre. Name a centre for every territory.")
    if rules.keep is not None or rules.capacities:
        check.refuse("owners and capacities are not known in several layers. Leave them out, or design one layer.")
    names = list(rules.centres)
    parts, asked, teams = [], [], []
    for layer, units in layers.items():
        own = [name for name in names if layer in (sells or {}).get(name, layers)]
        if not own:
            check.refuse(f"nobody takes part in the layer '{layer}'. Name a territory that does.")
        asked.append(_of_layer(rules, own))
        parts.append(problem_of(units, asked[-1]))
        teams.append([names.index(name) for name in own])
    whole = _joined(parts, layers, rules, teams)
    total = designed(whole, seconds, gap, seed)
    found, unit, territory = {}, 0, 0
    for (layer, units), named_rules, part in zip(layers.items(), asked, parts, strict=True):
        mine = total.plan.territory[unit : unit + part.size] - territory
        named = names_of(units, named_rules, part, mine, part.centres)
        found[layer] = replace(named, cost=total.cost, bound=total.bound, state=total.state, history=total.history)
        unit, territory = unit + part.size, territory + part.count
    return found


def _of_layer(rules: Rules, own: list[str]) -> Rules:
    """Return the rules of one layer, without what holds for all of them together."""
    return replace(
        rules,
        count=len(own),
        bands=dict.fromkeys(rules.bands, _WIDE),
        weights={},
        sizes={},
        centres={name: rules.centres[name] for name in own},
        locked={unit: name for unit, name in rules.locked.items() if name in own},
    )


def _joined(parts: list[Problem], layers: Mapping[str, Units], rules: Rules, teams: list[list[int]]) -> Problem:
    """Return all layers as one problem: no unit borders on one of another layer, and bands hold for teams."""
    first = np.cumsum([0, *(part.size for part in parts)])
    begin = np.cumsum([0, *(part.count for part in parts)])
    count, bands = len(rules.centres), list(rules.bands)
    total = {name: sum(float(np.sum(units.activities[name])) for units in layers.values()) for name in bands}
    load = []
    for part, units in zip(parts, layers.values(), strict=True):
        own = np.column_stack(
            [np.bincount(part.member, weights=units.activities[name], minlength=part.size) for name in bands]
        )
        load.append(own / np.array([total[name] / count for name in bands]))
    share = np.array([rules.sizes.get(name, 1.0) for name in rules.centres])
    share = (share * count / share.sum())[:, None]
    width = np.array([rules.bands[name] for name in bands])
    return replace(
        parts[0],
        cost=linalg.block_diag(*(part.cost for part in parts)),
        load=np.concatenate(load),
        low=np.maximum(share * (1 - width), 0.0),
        high=share * (1 + width),
        price=np.array([rules.weights.get(name, np.inf) for name in bands]),
        graph=Graph(
            int(first[-1]), np.concatenate([p.graph.pairs + f for p, f in zip(parts, first[:-1], strict=True)])
        ),
        count=int(begin[-1]),
        centres=np.concatenate([p.centres + f for p, f in zip(parts, first[:-1], strict=True)]),
        locked=np.concatenate(
            [np.where(p.locked >= 0, p.locked + b, -1) for p, b in zip(parts, begin[:-1], strict=True)]
        ),
        apart=np.concatenate([p.apart + f for p, f in zip(parts, first[:-1], strict=True)]),
        member=np.arange(first[-1]),
        heads=np.arange(first[-1]),
        kept=np.zeros((int(first[-1]), int(begin[-1]))),
        team=np.concatenate([np.array(own) for own in teams]),
        layer=np.repeat(np.arange(len(parts)), [part.size for part in parts]),
        own_layer=np.repeat(np.arange(len(parts)), [part.count for part in parts]),
    )
