"""Commands about snapshots: which there are, one of them as a single file, and the clearing of old ones."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads it
from typing import Annotated

import typer

from gcrm import console, settings
from gcrm.cli.options import HERE, Folder
from gcrm.errors import ProjectError
from gcrm.warehouse import lease, lock, portable, reader, retention, snapshot

app = typer.Typer()
group = typer.Typer(help="List, export and clear the snapshots of a project.", no_args_is_help=True)
app.add_typer(group, name="snapshot")


@group.command("list")
def list_all(folder: Folder = HERE) -> None:
    """List the snapshots, the published one first, and who is reading them."""
    settings.load(folder)
    claims = lease.held(folder / snapshot.FOLDER)
    rows = [
        (
            m.sequence,
            m.created,
            m.id,
            m.code_version,
            sum(f.bytes for f in m.stages.values()),
            _readers(claims, m),
            _noted(m),
        )
        for m in snapshot.history(folder)
    ]
    console.show_rows("number", "published", "id", "version", "bytes", "read by", "accepted", rows=rows)


@group.command()
def export(
    target: Annotated[Path, typer.Argument(help="File to write, such as one.duckdb; it must not be there yet.")],
    folder: Folder = HERE,
) -> None:
    """Write the published snapshot as one DuckDB file with a schema per stage."""
    opened = reader.open_newest(folder)
    portable.export(opened, target)
    opened.close()
    console.console.print(f"Wrote snapshot {opened.manifest.sequence} to {target}: {target.stat().st_size:,} bytes.")


@group.command()
def prune(
    folder: Folder = HERE,
    keep: Annotated[int | None, typer.Option(help="Snapshots to keep; as gcrm.toml says where absent.", min=1)] = None,
) -> None:
    """Delete snapshots that are too old and that nobody reads, and what killed builds left."""
    count = settings.load(folder).snapshots.keep if keep is None else keep
    with lock.writing(folder, "clearing"):
        try:
            gone = retention.clear_drafts(folder) + retention.prune(folder, count)
        except OSError as error:
            msg = f"{error.filename} cannot be read: {error.strerror}. Nothing was deleted."
            raise ProjectError(msg) from error
    console.console.print(f"Deleted {len(gone)} files." if gone else "There was nothing to delete.")


def _readers(claims: list[lease.Lease], manifest: snapshot.Manifest) -> str:
    return "; ".join(claim.holder for claim in claims if claim.sequence == manifest.sequence)


def _noted(manifest: snapshot.Manifest) -> str:
    return ", ".join(manifest.accepted)
