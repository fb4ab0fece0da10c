"""Rules of a design from a file: TOML with the fields of `Rules` and of `Figures`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from gcrm.analysis.territory import Keep, Rules
from gcrm.analysis.territory.compare import summary
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gcrm.workspace.territories import Figures
    from gcrm.workspace.workspace import Workspace

#: Fields that a file may set, and what each must be.
_TABLES = ("weights", "sizes", "capacities", "centres", "locked", "visits")
_PAIRS = ("apart", "bridges", "barriers")
_KEYS = (*_TABLES, *_PAIRS, "together", "islands", "keep", "service_min", "day_type", "hour")
_KEEP = {"like", "activity", "share", "price"}
_EXAMPLE = "such as together = [['12', '13']], or [keep] like = 'today', activity = 'customers', share = 0.8."


@dataclass(frozen=True)
class Told:
    """What a file says.

    Attributes
    ----------
    rules
        Fields of `Rules`.
    figures
        Fields of `Figures`.
    keep
        Whose layout is kept to which share; empty where that does not matter.
    """

    rules: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    keep: Mapping[str, Any] = field(default_factory=dict)

    def on(self, workspace: Workspace, level: str, rules: Rules, figures: Figures) -> tuple[Rules, Figures]:
        """Return rules and figures with what the file says.

        Parameters
        ----------
        workspace
            The project, whose scenarios the file may name.
        level
            Level of the units.
        rules, figures
            What the other options say.

        Returns
        -------
        tuple of Rules and Figures
            Where territories of a scenario are kept, they lie around the centres that they have there.
        """
        figures = replace(figures, **self.figures)
        rules = replace(rules, **{"islands": "join", **self.rules})
        if not self.keep:
            return rules, figures
        activity = self.keep.get("activity", next(iter(rules.bands)))
        owner = workspace.scenarios.layout(self.keep.get("like", "today"), unit=level).units
        today = {unit: territory for unit, territory in owner.items() if territory is not None}
        kept = Keep(today, activity, self.keep.get("share", 0.0), self.keep.get("price", 0.0))
        if not rules.centres:
            units = workspace.territories.units(level, [activity], figures)
            centres = {name: sheet.centre for name, sheet in summary(units, owner).territories.items()}
            rules = replace(rules, centres=centres)
        return replace(rules, keep=kept), figures


def read(path: Path) -> Told:
    """Read a file of rules.

    Parameters
    ----------
    path
        A TOML file.

    Returns
    -------
    Told
        What it says.

    Raises
    ------
    QueryError
        If it cannot be read, or holds something else.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"{path}: it cannot be read as TOML: {error}. Write rules, {_EXAMPLE}"
        raise QueryError(msg) from error
    for key, value in said.items():
        _check(path, key, value)
    keep = said.pop("keep", {})
    for key in keep.keys() - _KEEP:
        msg = f"{path}: keep.{key}: there is no such key.{near(key, _KEEP)}"
        raise QueryError(msg)
    own = {f.name for f in fields(Rules)}
    pairs = {key: [tuple(pair) for pair in said[key]] for key in _PAIRS if key in said}
    rules = {key: value for key, value in said.items() if key in own} | pairs
    return Told(rules, {key: value for key, value in said.items() if key not in own}, keep)


def _check(path: Path, key: str, value: Any) -> None:
    """Refuse what is no rule, or has another shape."""
    if key not in _KEYS:
        msg = f"{path}: {key}: there is no such rule.{near(key, _KEYS)} Write {_EXAMPLE}"
        raise QueryError(msg)
    good, shape = True, ""
    if key in {*_TABLES, "keep"}:
        good, shape = isinstance(value, dict), "a table"
    elif key in _PAIRS:
        good, shape = _lists(value) and all(len(pair) == 2 for pair in value), "a list of pairs of units"
    elif key == "together":
        good, shape = _lists(value), "a list of lists of units"
    elif key == "islands":
        good, shape = value in {"keep", "join"}, "'keep' or 'join'"
    elif key in {"service_min", "hour"}:
        good, shape = isinstance(value, int | float), "a number"
    if not good:
        msg = f"{path}: {key}: it must be {shape}, {_EXAMPLE}"
        raise QueryError(msg)


def _lists(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, list) for one in value)
