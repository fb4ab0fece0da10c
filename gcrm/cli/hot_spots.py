"""The command that finds hot spots."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

from gcrm import console, exports
from gcrm.cli.options import (
    HERE,
    AreaOption,
    Folder,
    GeographyOption,
    PeriodOption,
    WhereOption,
    areas,
    filters,
    period_of,
)
from gcrm.errors import UserError
from gcrm.maps.labels import number_text
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    from gcrm.hot_spots import HotSpots

app = typer.Typer()


@app.command("hot-spots")
def hot_spots(  # noqa: PLR0913, PLR0917 - each is an option of the command
    measure: Annotated[str, typer.Option("--measure", "-m", help="A measure or formula.", show_default=False)],
    by: Annotated[
        str, typer.Option("--by", "-b", help="Level of regions, or cells such as h3_r8.", show_default=False)
    ],
    folder: Folder = HERE,
    where: WhereOption = [],  # noqa: B006 - typer copies it
    period: PeriodOption = None,
    geography: GeographyOption = "as is",
    area: AreaOption = [],  # noqa: B006
    neighbours: Annotated[
        int | None, typer.Option(help="So many nearest places, instead of those that touch.", show_default=False)
    ] = None,
    within_km: Annotated[
        float | None, typer.Option(help="Places as near as that, instead of those that touch.", show_default=False)
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A map (.html), or places (.geojson, .gpkg) to write.")
    ] = None,
) -> None:
    """Find where a figure is high or low all around, beyond chance."""
    result = open_workspace(folder).query(
        [measure], by=[by], where=filters(where), period=period_of(period), geography=geography, area=areas(area)
    )
    found = result.hot_spots(neighbours=neighbours, within_km=within_km)
    if output is None:
        _show(found)
    else:
        _write(found, output)
        console.console.print(f"Wrote {output}.", soft_wrap=True)
    console.console.print(" ".join([found.sentence, *found.notes]), soft_wrap=True)


def _show(found: HotSpots) -> None:
    """Print the spots, the hottest first."""
    spots = found.frame[found.frame["sure"].notna()]
    rows = [
        (
            row[found.place],
            row.get(f"{found.place}_name", ""),
            number_text(float(row[found.measure.name]), found.unit),
            number_text(row["around"], found.unit),
            f"{row['z']:.2f}",
            row["spot"],
            f"{row['sure']:.0%}",
        )
        for row in spots.to_dict("records")
    ]
    console.show_rows(found.place, "name", found.measure.name, "with neighbours", "Gi*", "spot", "sure", rows=rows)


def _write(found: HotSpots, output: Path) -> None:
    """Write a map, or the places as geodata."""
    if output.suffix.lower() not in {".html", ".htm"}:
        exports.write_places(found.geo, output)
        return
    try:
        found.map().save(str(output))
    except OSError as error:
        msg = f"{output} cannot be written: {error.strerror}."
        raise UserError(msg) from error
