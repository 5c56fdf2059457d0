"""Bringing an archive to the version that this code knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect, text

from newscrawl.exceptions import ArchiveError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, Engine

HEAD: Final = "0001"
"""The newest migration; kept here so that opening an archive need not import Alembic."""


def migrate(engine: Engine) -> None:
    """Upgrade the archive to `HEAD` in one transaction; do nothing where it is there already.

    Raises:
        ArchiveError: If a later newscrawl wrote the archive.
    """
    with engine.begin() as connection:
        version = _version(connection)
        if version == HEAD:
            return
        _upgrade(connection, version)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return None if row is None else str(row[0])


def _upgrade(connection: Connection, version: str | None) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = alembic_config()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise ArchiveError(
            f"The archive is of version {version}, which a later newscrawl wrote: use that one, or"
            " set NEWSCRAWL_ARCHIVE to another path"
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def alembic_config() -> Config:
    """Return Alembic's configuration; it needs no file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "newscrawl.archive:migrations")
    config.set_main_option("path_separator", "os")
    return config
