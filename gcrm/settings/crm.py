"""Where the operational store lies."""

from __future__ import annotations

from typing import Self
from urllib.parse import parse_qs, urlsplit

from pydantic import Field, model_validator

from gcrm.settings.words import Strict, Word


class Crm(Strict):
    """`[crm]`: where what people write is kept.

    Attributes
    ----------
    url
        `postgresql://user@host/database` of a PostgreSQL server that a team shares; without it the store is the file
        crm.sqlite in the project's folder. A password stands in PGPASSWORD or ~/.pgpass, never here.
    namespace
        PostgreSQL schema that holds the tables of this project; two projects in one database need two.
    """

    url: str = Field(default="", max_length=1000)
    namespace: Word = "gcrm"

    @model_validator(mode="after")
    def _is_postgresql_without_a_password(self) -> Self:
        # Checked on the whole table: a mistake in one key is reported together with its value.
        if not self.url:
            return self
        try:
            parts = urlsplit(self.url)
            secret = parts.password is not None or "password" in parse_qs(parts.query)
        except ValueError:
            msg = "url: this is no address of a database; write it like 'postgresql://user@host/database'"
            raise ValueError(msg) from None
        if secret:
            msg = "url: it holds a password, and this file is read by many; put it into PGPASSWORD or ~/.pgpass"
            raise ValueError(msg)
        if parts.scheme not in {"postgresql", "postgres"}:
            msg = "url: write it like 'postgresql://user@host/database', or leave it out for the file crm.sqlite"
            raise ValueError(msg)
        return self
