"""How addresses are understood, and which reference packs they are looked for in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, PrivateAttr, ValidationInfo, model_validator

from gcrm.settings.remote import Remote
from gcrm.settings.words import Strict


class Geocode(Strict):
    """`[geocode]`: the country of the addresses, and the reference packs they are looked for in.

    Attributes
    ----------
    country
        Two letters of ISO 3166, such as `US`: by whose habits addresses are understood; by rules that hold for most
        countries where absent.
    packs
        Reference packs that `gcrm reference build` made, relative to the project's folder; where several know an
        address, the first one counts.
    remote
        A remote geocoder for what the reference does not know; none is asked where absent.
    """

    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    packs: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    remote: Remote | None = None
    _folder: Path = PrivateAttr(default_factory=Path)

    @model_validator(mode="after")
    def _remember(self, info: ValidationInfo) -> Self:
        """Keep the folder that the paths are relative to: whoever reads a gcrm.toml says where it lies."""
        if isinstance(info.context, dict) and "folder" in info.context:
            self._folder = Path(info.context["folder"])
        return self

    @property
    def pack_folders(self) -> tuple[Path, ...]:
        """Folders of the packs, the first one first."""
        return tuple(self._folder / pack for pack in self.packs)

    @property
    def remote_folder(self) -> Path:
        """Folder in which the answers of the remote geocoder are kept."""
        return self._folder / (self.remote.folder if self.remote else Remote.model_fields["folder"].default)
