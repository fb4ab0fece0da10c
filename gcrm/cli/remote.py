"""Commands that ask a remote geocoder about what the project's own reference does not know."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

from gcrm import console, crm, settings
from gcrm.cli.options import HERE, Folder
from gcrm.errors import RemoteError
from gcrm.geocode import remote
from gcrm.geocode.remote.provider import service
from gcrm.geocode.remote.store import exists, open_store
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from gcrm.geocode.remote import Plan, Sent
    from gcrm.settings import Settings
    from gcrm.settings.remote import Remote

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="remote", help="Ask a remote geocoder about addresses without an answer; off by default.")

_WHY = {
    "not_understood": "not understood well enough to be sure what would be sent",
    "name": "hold the name of whoever is there",
    "personal": "hold a recipient, a telephone number or an e-mail address",
}


@group.command()
def send(
    folder: Folder = HERE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent, and the cost.")] = False,  # noqa: FBT002
    limit: Annotated[int | None, typer.Option(help="Most addresses to ask about.", min=1)] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002
) -> None:
    """Send addresses without an answer to the provider of [geocode.remote]; the next build uses what it says.

    Only the address leaves: no name, no unit inside the building, no number of a record.
    """
    project = settings.load(folder)
    ws = open_workspace(folder)
    planned = remote.plan(ws.cursor(), project)
    _show_plan(planned, project)
    count = min(planned.now, limit or planned.now)
    if dry_run or not count:
        console.console.print("Nothing was sent.")
        return
    if not yes:
        typer.confirm(f"Send {count:,} addresses to {planned.service.server.host}?", abort=True)
    with Progress(console=console.console, transient=True) as progress:
        task = progress.add_task("asking", total=count)
        sent = remote.send(
            ws.cursor(),
            project,
            actor=crm.local_actor(),
            limit=limit,
            on_answer=lambda done, _planned: progress.update(task, completed=done),
        )
    _show_sent(sent, folder)


@group.command()
def providers() -> None:
    """List the geocoders that may be asked, with their terms."""
    rows = [
        (p.name, p.url or "your own server", "needed" if p.needs_key else "", p.terms)
        for p in remote.PROVIDERS.values()
    ]
    console.show_rows("provider", "server", "key", "terms", rows=rows)


@group.command()
def audit(folder: Folder = HERE) -> None:
    """List every batch that was sent: who, when, to whom, how many, and a hash of what."""
    project = settings.load(folder)
    names = (
        "batch",
        "began (UTC)",
        "ended (UTC)",
        "who",
        "provider",
        "consent",
        "requests",
        "answers",
        "found",
        "hash",
    )
    if not exists(project.geocode.remote_folder):
        console.console.print("Nothing was ever sent.")
        return
    with open_store(project.geocode.remote_folder, service(_remote(project))) as store:
        batches = store.batches()
    rows = []
    for b in batches:
        when = (b.began_at, b.ended_at or "killed or under way")
        counts = (b.requests, b.answers, b.found)
        rows.append((b.id, *when, b.actor, b.service, f"{b.agreed_by}, {b.agreed_on}", *counts, b.hash))
    console.show_rows(*names, rows=rows)


@group.command()
def forget(
    folder: Folder = HERE,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002
) -> None:
    """Delete every answer of the provider; the next build does without them."""
    project = settings.load(folder)
    if not exists(project.geocode.remote_folder):
        console.console.print("There are no answers.")
        return
    if not yes:
        typer.confirm("Delete answers that were paid for?", abort=True)
    with open_store(project.geocode.remote_folder, service(_remote(project))) as store:
        console.console.print(f"Deleted {store.clear():,} answers.")


def _remote(project: Settings) -> Remote:
    if project.geocode.remote is None:
        msg = "gcrm.toml has no table [geocode.remote]; put it back, or delete the folder with the answers."
        raise RemoteError(msg)
    return project.geocode.remote


def _show_plan(planned: Plan, project: Settings) -> None:
    """Say whom, how many, for how much, and what exactly."""
    country = project.geocode.country
    named = project.geocode.remote
    said = [
        ("provider", planned.service.identity),
        ("terms", planned.service.provider.terms),
        ("agreed", f"{named.agreed_by}, {named.agreed_on}" if named and named.consent else "nobody yet"),
        ("addresses without an answer", f"{len(planned.questions):,}"),
        ("answered before", f"{len(planned.questions) - len(planned.open):,}"),
        ("to be sent", f"{len(planned.open):,}"),
        ("cost", f"{planned.cost:,} {project.project.currency}"),
        ("allowed today (UTC)", f"{planned.now:,}, after {planned.spent_today:,} requests"),
    ]
    console.show_rows("", "", rows=said)
    for why, count in sorted(planned.held_back.items()):
        console.console.print(f"Held back: {count:,} places whose addresses {_WHY[why]}.", soft_wrap=True)
    if planned.examples:
        told = f", with the country {country}," if country and planned.service.provider.countries else ""
        console.console.print(f"What would be sent{told} for {len(planned.examples)} of them:")
    for text in planned.examples:
        console.console.print(f"  {text}", soft_wrap=True, markup=False, highlight=False)


def _show_sent(sent: Sent, folder: Path) -> None:
    """Say what came, and end with code 1 where the run ended before its time."""
    came = ", ".join(f"{n:,} {state}" for state, n in sorted(sent.states.items())) or "no answers"
    console.console.print(f"Sent {sent.requests:,} requests: {came}.", soft_wrap=True)
    if sent.failed or sent.left or sent.elsewhere:
        left = f"{sent.failed:,} without an answer, {sent.left:,} not asked, {sent.elsewhere:,} asked by another run"
        console.console.print(f"Left: {left}.", soft_wrap=True)
    if sent.states:
        console.console.print(f"The answers are kept. They count from the next build on: gcrm build {folder}")
    if sent.stopped:
        console.show_error(f"The run ended before its time: {sent.stopped}.")
        sys.exit(1)
