"""What a stage of the build reports when it is done."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """Something a stage noticed that a person should know: it never stops a build.

    Attributes
    ----------
    kind
        One word for what it is (`rejected`, `repaired`, `overlap`, `gap`, `unlocated`, `orphan`).
    subject
        What it is about: a source, layer or table.
    count
        How many rows or places.
    detail
        One sentence, without customer data.
    """

    kind: str
    subject: str
    count: int
    detail: str


@dataclass(frozen=True)
class StageReport:
    """What one stage did.

    Attributes
    ----------
    stage
        Name of the stage; the same as its folder and its catalog.
    rows
        Table -> rows written.
    findings
        What a person should know.
    """

    stage: str
    rows: dict[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
