"""Commands that look after people's rights."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from gcrm import console
from gcrm.errors import UserError
from gcrm.forget import WAIT_S
from gcrm.forget import forget as forget_people

app = typer.Typer()


@app.command()
def forget(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="The company's identifiers.")] = None,
    folder: Annotated[Path, typer.Option(help="The project's folder.", show_default="here")] = Path(),
    kind: Annotated[Literal["customer", "prospect"], typer.Option(help="What the identifiers name.")] = "customer",
    file: Annotated[Path | None, typer.Option(help="A text file with one identifier per line.")] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for readers of older snapshots.", min=0)] = WAIT_S,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002
) -> None:
    """Erase people from the operational store, the source files and every snapshot, and prove it.

    Nothing of it can be undone. Orders and interactions stay with their figures, and name nobody.
    """
    wanted = [*(ids or []), *(_read(file) if file else [])]
    if not wanted:
        msg = "Name the people to forget: their identifiers, or --file with one per line."
        raise UserError(msg)
    if not yes:
        typer.confirm(f"Erase {len(set(wanted)):,} from {folder} for good?", abort=True)
    report = forget_people(folder, set(wanted), kind=kind, wait_s=wait)
    console.show_forgotten(report)


def _read(file: Path) -> list[str]:
    try:
        return [line.strip() for line in file.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        msg = f"{file} cannot be read: {why}."
        raise UserError(msg) from error
