"""Commands about scenarios: list, compare and publish them, hand them over, bring edited files back."""

from __future__ import annotations

import math
from datetime import datetime
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import Annotated

import typer

from gcrm import console
from gcrm.cli.options import HERE, Folder, In, PeriodOption, period_of
from gcrm.cli.territories.group import group
from gcrm.exports import USUAL
from gcrm.workspace import open_workspace

Name = Annotated[str, typer.Argument(help="Name of the scenario.", show_default=False)]
Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="First day on which it holds.", show_default=False)]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the file where it is there.")]
MeasureOption = Annotated[
    list[str], typer.Option("--measure", "-m", help="What is compared; territories lie around the first.")
]


class Shape(StrEnum):
    """Columns of an exported file."""

    units = "units"
    salesforce = "salesforce"
    hubspot = "hubspot"


class Kind(StrEnum):
    """Whom a file in the shape of another system holds."""

    customers = "customers"
    prospects = "prospects"


class Take(StrEnum):
    """Whose side holds where both changed something differently."""

    ours = "ours"
    theirs = "theirs"


@group.command("list")
def list_scenarios(
    folder: Folder = HERE,
    archived: Annotated[bool, typer.Option("--archived", help="Archived ones, too.")] = False,  # noqa: FBT002
) -> None:
    """List scenarios, the latest first."""
    found = open_workspace(folder).scenarios.list(archived=archived)
    names = ("name", "state", "units", "told by", "effective", "steps", "by", "changed", "comment")
    rows = [
        (
            s.name,
            s.state,
            s.unit,
            s.level,
            s.effective or "",
            s.head,
            s.created_by,
            _when(s.changed_at),
            s.comment or "",
        )
        for s in found
    ]
    console.show_rows(*names, rows=rows)


@group.command()
def create(
    name: Name,
    folder: In = HERE,
    unit: Annotated[str, typer.Option(help="Level of the units; that of --based-on where absent.")] = "",
    level: Annotated[str, typer.Option(help="Level that is laid out anew; territory where there is one.")] = "",
    based_on: Annotated[str, typer.Option(help="Scenario that it begins as; 'today' is what holds today.")] = "today",
    comment: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    product: Annotated[str | None, typer.Option(help="What alone the assignments are for.")] = None,
    channel: Annotated[str | None, typer.Option(help="By which channel alone they are.")] = None,
) -> None:
    """Begin a scenario as what holds today, or as another one."""
    made = open_workspace(folder).scenarios.create(
        name, unit, level, based_on=based_on, comment=comment, product=product, channel=channel
    )
    console.console.print(f"Began '{made.name}', told by {made.level}, of units of {made.unit}.", soft_wrap=True)


@group.command()
def move(
    name: Name,
    units: Annotated[list[str], typer.Argument(help="UNIT=TERRITORY, or UNIT= for nobody; several.")],
    folder: In = HERE,
    owner: Annotated[list[str], typer.Option(help="TERRITORY=SALES PERSON, may be given several times.")] = [],  # noqa: B006
    comment: Annotated[str | None, typer.Option(help="What is done, or why.")] = None,
) -> None:
    """Give units to territories: one step, which can be undone."""
    done = open_workspace(folder).scenarios.move(name, _pairs(units), _pairs(owner), comment=comment)
    console.console.print(f"'{done.name}' has {done.head} steps now.", soft_wrap=True)


@group.command()
def history(name: Name, folder: In = HERE) -> None:
    """Show the steps of a scenario."""
    ws = open_workspace(folder)
    rows = [
        (
            s.number,
            _when(s.created_at),
            s.created_by,
            len(s.units),
            len(s.owners),
            s.comment or "",
        )
        for s in ws.scenarios.history(name)
    ]
    console.show_rows("step", "at", "by", "units", "owners", "comment", rows=rows)
    console.console.print(f"The first {ws.scenarios.get(name).head} of them count; others were undone.")


@group.command()
def restore(
    name: Name, step: Annotated[int, typer.Argument(help="Number of the step.", min=1)], folder: In = HERE
) -> None:
    """Lay a scenario out as it was after one of its steps."""
    done = open_workspace(folder).scenarios.restore(name, step)
    console.console.print(f"'{done.name}' is as it was after step {step}; that is step {done.head}.", soft_wrap=True)


@group.command()
def compare(
    before: Annotated[str, typer.Argument(help="Name of a scenario, or 'today'.", show_default=False)],
    after: Annotated[str, typer.Argument(help="Name of another one.", show_default=False)],
    folder: In = HERE,
    measure: MeasureOption = list(USUAL),  # noqa: B006 - typer copies it
    reasons: Annotated[int, typer.Option(help="Most reasons to print.", min=0)] = 20,
) -> None:
    """Compare two scenarios, and say why each unit moves."""
    ws = open_workspace(folder)
    found = ws.scenarios.compare(before, after, measure)
    rows = [
        (
            side,
            len(s.territories),
            *("unknown" if math.isnan(off := s.widest.get(m, 0)) else _share(off) for m in measure),
            s.cut,
            _km(s.travel),
            s.nobodys,
        )
        for side, s in ((before, found.before), (after, found.after))
    ]
    widest = (f"{m} off by up to" for m in measure)
    console.show_rows("scenario", "territories", *widest, "borders", "to centre", "nobody's", rows=rows)
    moved = ", ".join(_moved(m, found.amounts[m], found.shares[m]) for m in measure)
    console.console.print(f"{len(found.moved):,} units move: {moved}.", soft_wrap=True)
    for name, count in found.unknown.items():
        if count:
            console.console.print(f"{name} is not known of {count:,} units; what is said of it leaves them out.")
    for reason in list(ws.scenarios.reasons(before, after, measure))[:reasons]:
        console.console.print(f"{reason.unit} {reason.sentence}", soft_wrap=True, markup=False, highlight=False)


@group.command()
def publish(
    name: Name,
    effective: Day,
    folder: In = HERE,
    vacant: Annotated[bool, typer.Option("--vacant", help="Let territories be that nobody looks after.")] = False,  # noqa: FBT002
) -> None:
    """Write the assignments of a scenario from a day on; then it never changes again."""
    done = open_workspace(folder).scenarios.publish(name, effective.date(), vacant=vacant)
    console.console.print(f"Published '{done.name}' from {done.effective} on. Next: gcrm build", soft_wrap=True)


@group.command()
def export(
    name: Name,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="File to write: .csv, .xlsx, .parquet, .gpkg, .geojson or .kml.")
    ],
    folder: In = HERE,
    shape: Annotated[Shape, typer.Option(help="Units, which can come back; or customers for another system.")] = (
        Shape.units
    ),
    kind: Annotated[Kind, typer.Option(help="Whom a file for another system holds.")] = Kind.customers,
    overwrite: Overwrite = False,  # noqa: FBT002
) -> None:
    """Write a scenario to a file that can be edited and come back, or its customers for another system."""
    hand = open_workspace(folder).handover
    if shape is Shape.units:
        entry = hand.save(name, output, overwrite=overwrite)
    else:
        entry = hand.shape(name, shape.value, output, kind=kind.value, overwrite=overwrite)
    console.console.print(f"Wrote {output}: {entry.rows:,} rows, noted as export {entry.id}.", soft_wrap=True)


@group.command()
def briefs(
    name: Name,
    output: Annotated[Path, typer.Option("--output", "-o", help="Existing folder for the files.")],
    folder: In = HERE,
    period: PeriodOption = None,
) -> None:
    """Write one PDF for each sales person: map, numbers and key accounts."""
    for entry in open_workspace(folder).handover.briefs(name, output, period=period_of(period)):
        console.console.print(f"Wrote {output / (entry.path_name or '')}.", soft_wrap=True, markup=False)


@group.command("import")
def import_file(
    path: Annotated[Path, typer.Argument(help="File that export wrote and people edited.", show_default=False)],
    folder: In = HERE,
    apply: Annotated[bool, typer.Option("--apply", help="Apply it; without, only say what it changes.")] = False,  # noqa: FBT002
    take: Annotated[Take | None, typer.Option(help="Whose side holds where both changed something.")] = None,
) -> None:
    """Merge an edited file with what stands here; say what it changes before anything is applied."""
    hand = open_workspace(folder).handover
    found = hand.read(path)
    rows = [
        (what, len(m.taken), len(m.clashes), len(m.ours), len(m.same), len(m.missing))
        for what, m in (("units", found.units), ("owners", found.owners))
    ]
    console.show_rows("", "taken", "conflicts", "changed here", "both alike", "not in the file", rows=rows)
    clashes = [*found.units.clashes, *found.owners.clashes]
    if clashes:
        shown = [(c.name, c.base or "nobody", c.ours or "nobody", c.theirs or "nobody") for c in clashes[:20]]
        console.show_rows("conflict", "was", "here", "in the file", rows=shown)
    moved = ", ".join(_moved(m, n, found.impact.shares[m]) for m, n in found.impact.amounts.items())
    console.console.print(f"{len(found.impact.moved):,} units would move: {moved}.", soft_wrap=True)
    if not apply:
        console.console.print("Nothing is applied yet: --apply does.", soft_wrap=True)
        return
    done = hand.apply(found, take.value if take else None)
    console.console.print(f"Applied as step {done.head} of '{done.name}'.", soft_wrap=True)


def _when(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"


def _moved(measure: str, amount: float, share: float) -> str:
    return f"{measure} unknown" if math.isnan(amount) else f"{amount:,.0f} {measure} ({_share(share)})"


def _share(share: float) -> str:
    return "none there" if math.isnan(share) else f"{share:.1%}".replace("%", " %")


def _km(metres: float) -> str:
    return f"{metres / 1000:.2f} km"


def _pairs(words: list[str]) -> dict[str, str | None]:
    """Return NAME=NAME as a table; nothing behind the sign is nobody."""
    found: dict[str, str | None] = {}
    for word in words:
        name, sign, given = word.partition("=")
        if not sign or not name.strip():
            msg = f"'{word}': write NAME=NAME, or NAME= for nobody."
            raise typer.BadParameter(msg)
        found[name.strip()] = given.strip() or None
    return found
