"""What the command line prints: the progress and report of a build, tables of figures, the doctor's findings."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.measure import Measurement
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    import pyarrow as pa

    from gcrm.cube.model.measure import Unit
    from gcrm.doctor import Check
    from gcrm.forget import Report
    from gcrm.pipeline import BuildReport
    from gcrm.workspace import Replay

console = Console()
errors = Console(stderr=True)
_SHOWN_ROWS = 40
_WIDEST = 10_000
_STATES = {"ok": ("green", "ok"), "warning": ("yellow", "look"), "broken": ("red", "mend")}
#: Match levels, the surest first.
_LEVELS = (
    *("given", "decided", "exact", "suffix", "range", "parcel", "interpolated", "segment", "intersection"),
    *("street", "postcode", "place", "nowhere"),
)
#: Findings that the tables of sources and places count already.
_COUNTED = ("located", "unlocated")
#: A state that is not a number, in the place of the number.
_WORDS = {"unknown": "unknown", "suppressed": "suppressed"}


@contextmanager
def build_progress(stages: int) -> Iterator[Callable[[str, str], None]]:
    """Show the stages of a build as they pass, of so many; yields the callback for `pipeline.build`."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("build", total=stages)

        def on_stage(stage: str, state: str) -> None:
            progress.update(task, description=f"{stage} {state}", advance=0 if state == "started" else 1)

        yield on_stage


def show_build(report: BuildReport) -> None:
    """Print the closing report of a build: rows by source, places by match level, findings, seconds by stage."""
    published = report.published
    if published.sources:
        names, rows = ("source", "rows in", "loaded", "rejected", "replaced"), published.sources
        shown = len(names) if any(row[-1] for row in rows) else len(names) - 1
        _print(_table(*names[:shown], rows=[row[:shown] for row in rows], title="Sources"))
    if published.located:
        _print(_located(published.located))
    findings = [(f.kind, f.subject, f.detail, f.count) for f in report.findings if f.kind not in _COUNTED]
    if findings:
        _print(_table("finding", "subject", "detail", "count", rows=findings, title="Findings"))
    if published.verdicts:
        kept = [(v.name, v.expected, v.found, v.state) for v in published.verdicts]
        _print(_table("contract", "expected", "found", "", rows=kept, title="Load contracts"))
    if published.since is not None and published.changes:
        changes = [(c.source, c.what, c.before, c.after) for c in published.changes]
        title = f"Changed since snapshot {published.since.sequence}"
        _print(_table("source", "what", "before", "after", rows=changes, title=title))
    stages = [
        (r.report.stage, "unchanged" if r.reused else "built", f"{r.seconds:.1f}", sum(r.report.rows.values()))
        for r in report.stages
    ]
    _print(_table("stage", "", "seconds", "rows", rows=stages, title="Stages"))
    seconds = sum(r.seconds for r in report.stages)
    what = "Published" if report.changed else "Nothing changed; still published:"
    console.print(f"{what} snapshot {report.manifest.sequence} ({report.manifest.id}) in {seconds:.1f} s.")


def _located(counts: Sequence[tuple[str, str, int]]) -> Table:
    """Lay records by kind and match level out as a table, the surest level first."""
    found = {(kind, level): n for kind, level, n in counts}
    levels = [level for level in _LEVELS if any(have == level for _, have in found)]
    kinds = dict.fromkeys(kind for kind, _ in found)
    rows = [(kind, *(found.get((kind, level), 0) for level in levels)) for kind in kinds]
    return _table("located", *levels, rows=rows, title="Located by match level")


def _table(*names: str, rows: Iterable[Sequence[Any]], title: str) -> Table:
    """Make a table; numbers stand to the right, with separators."""
    made = [[f"{v:,}" if isinstance(v, int) else str(v) for v in row] for row in rows]
    table = Table(title=title, title_justify="left", box=None)
    for i, name in enumerate(names):
        numbers = all(row[i][:1].isdigit() for row in made if row[i])
        table.add_column(name, justify="right" if numbers else "left")
    for row in made:
        table.add_row(*map(Text, row))
    return table


def _print(table: Table) -> None:
    """Print a table whole: one that is wider than the window runs over its edge."""
    wanted = Measurement.get(console, console.options.update(max_width=_WIDEST), table).maximum
    Console(width=max(console.width, wanted)).print(table)


def show_rows(*names: str, rows: Sequence[Sequence[Any]]) -> None:
    """Print plain rows under their names."""
    _print(_table(*names, rows=rows, title=""))


def show_forgotten(report: Report) -> None:
    """Print what was erased where, and the proof."""
    rows = [("operational store", f"{report.records:,} records", "")]
    rows += [
        (str(path), f"{gone:,} rows", f"{named:,} rows name nobody now") for path, (gone, named) in report.files.items()
    ]
    if report.answers:
        rows.append(("remote geocoders", f"{report.answers:,} answers", ""))
    rows.append(("older snapshots", f"{len(report.deleted):,} files", ""))
    _print(_table("erased from", "gone", "", rows=rows, title=f"Forgotten: {report.people:,}"))
    for place in report.outside:
        console.print(f"Outside the project, where nothing was done: {place}. Erase them there too.")
    found = report.proof
    console.print(
        f"Proof: {found.files:,} files ({found.bytes:,} bytes) were looked through for {found.texts:,} texts that only "
        f"they have, unpacked and byte by byte: 0 found. Published snapshot {report.manifest.sequence}."
    )


def show_checks(checks: Sequence[Check]) -> None:
    """Print what the doctor found."""
    table = Table("", "what", "found", "what to do", box=None)
    for check in checks:
        colour, word = _STATES[check.state]
        table.add_row(Text(word, style=colour), check.name, Text(check.found), Text(check.mend))
    console.print(table)


def show_table(found: pa.Table, units: Mapping[str, Unit]) -> None:
    """Print figures, each in its unit; a figure that is not known says so."""
    states = {n.removesuffix("_state"): n for n in found.column_names if n.endswith("_state")}
    names = [n for n in found.column_names if n not in states.values()]
    table = Table(box=None)
    for name in names:
        table.add_column(name, justify="right" if name in states else "left")
    members = [n for n in names if n not in {*states, "grouping", "others"}]
    by = [n for n in members if not n.endswith("_name") or n.removesuffix("_name") not in members]
    for row in found.slice(0, _SHOWN_ROWS).to_pylist():
        totalled = {n for i, n in enumerate(reversed(by)) if int(row.get("grouping") or 0) >> i & 1}
        totalled |= {f"{n}_name" for n in totalled}
        table.add_row(*(Text(_cell(row, n, states, units, totalled)) for n in names))
    _print(table)
    if found.num_rows > _SHOWN_ROWS:
        console.print(f"... {found.num_rows - _SHOWN_ROWS:,} more rows; --format csv prints them all.")


def show_found(found: pa.Table) -> None:
    """Print rows of any kind; what is null says so."""
    table = Table(box=None)
    for field in found.schema:
        number = str(field.type).startswith(("int", "uint", "double", "float", "decimal"))
        table.add_column(Text(_plain(field.name)), justify="right" if number else "left")
    columns = [column.to_pylist() for column in found.slice(0, _SHOWN_ROWS).columns]
    for row in zip(*columns, strict=True):
        table.add_row(*(Text("(null)" if value is None else _plain(value)) for value in row))
    _print(table)
    if found.num_rows > _SHOWN_ROWS:
        console.print(f"... {found.num_rows - _SHOWN_ROWS:,} more rows; --format csv prints them all.")


def _plain(value: object) -> str:
    """Return a value in one line; a terminal would obey control characters."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(value))


def show_replay(found: Replay) -> None:
    """Print what came of asking again: whether the figures are the same, and what is otherwise."""
    kept = found.receipt
    shown = f"snapshot {kept['manifest']} ({kept['snapshot']})"
    console.print(f"{'The same figures' if found.same else 'Other figures'} as {shown} gave.", soft_wrap=True)
    for line in found.changed:
        console.print(Text(f"  changed: {line}"), soft_wrap=True)
    if not found.same and not found.changed:
        console.print("  Nothing that figures depend on is known to have changed.")
    if found.origin is not None:
        console.print(f"That snapshot is still there and gives {'the same figures' if found.origin else 'others'}.")


def show_error(message: str) -> None:
    """Print a mistake of the user's, or ours, to standard error; where that cannot be written, the code must do."""
    with suppress(OSError):
        errors.print(Text(message, style="red"))


def _cell(
    row: dict[str, Any], name: str, states: dict[str, str], units: Mapping[str, Unit], totalled: Collection[str]
) -> str:
    if name in states:
        return _WORDS.get(row[states[name]]) or _number(row[name], units[name])
    if name == "others":
        return "others" if row[name] else ""
    if name in totalled:
        return "total"
    return "(none)" if row[name] is None else str(row[name])


def _number(value: Any, unit: Unit) -> str:
    if unit == "share":
        return f"{value:.2%}"
    return f"{value:,.0f}" if unit == "count" else f"{value:,.2f}"
