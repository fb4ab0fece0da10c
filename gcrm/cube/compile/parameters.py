"""Values on their way into a statement: each gets a name, and its place in the text is only that name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Parameters:
    """Values by name.

    Attributes
    ----------
    values
        Name -> value.
    """

    values: dict[str, Any] = field(default_factory=dict)

    def add(self, value: Any) -> str:
        """Take a value up and return the text that stands for it."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    def used(self, text: str) -> dict[str, Any]:
        """Return the values that a statement names; DuckDB refuses others."""
        named = set(re.findall(r"\$(\w+)", text))
        return {name: value for name, value in self.values.items() if name in named}
