"""Upgrade an archive to the version that this code needs."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect, text

from newscrawl.archive import write_locks
from newscrawl.archive.early_tables import VERSION as EARLY_VERSION
from newscrawl.archive.early_tables import copy_early_tables
from newscrawl.archive.tables import metadata
from newscrawl.exceptions import ArchiveError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, Engine

HEAD: Final = "0012"
"""The newest migration. It is a constant, so that opening an archive does not import Alembic."""

COPYING: Final = "copying"
"""The version of an archive while `scrapy archive copy` fills it."""

EARLY: Final = frozenset({"8e4ce114560f9502", "8b5e22e5146435f5", "e2549e06098a726a"})
"""The digests of the columns of all early releases that have the version `EARLY_VERSION`."""

USE_ANOTHER: Final = "or set NEWSCRAWL_ARCHIVE to another path"
"""The end of messages about an archive that can't be upgraded."""

_VERSION_TABLE: Final = """
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)
"""
"""Alembic's own table, as it creates it."""


def migrate(engine: Engine) -> None:
    """Upgrade the archive to `HEAD` in one transaction; do nothing if it is at `HEAD` already.

    Raises:
        ArchiveError: If a later or an unreleased newscrawl wrote the archive.
    """
    with engine.begin() as connection:
        version = _version(connection)
        if version != HEAD:
            write_locks.lock_archive(connection)
            version = _version(connection)  # another process may have upgraded it meanwhile
        if version is None and _is_empty(connection):
            _create(connection)
        elif version != HEAD:
            _upgrade(connection, version)
        _check_shape(connection)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return None if row is None else str(row[0])


def _is_empty(connection: Connection) -> bool:
    """Return whether this is a new file; on PostgreSQL, only the migrations create the tables."""
    return connection.dialect.name == "sqlite" and not inspect(connection).get_table_names()


def _create(connection: Connection) -> None:
    """Create the tables of `HEAD` without Alembic, whose import takes longer than all of it."""
    metadata.create_all(connection)
    connection.execute(text(_VERSION_TABLE))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def _upgrade(connection: Connection, version: str | None) -> None:
    if version == COPYING:
        raise ArchiveError(
            "A copy into this archive has not ended: run the same archive copy again"
        )
    from alembic import command
    from alembic.script import ScriptDirectory

    config = alembic_config()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise ArchiveError(
            f"The archive has version {version}, but this newscrawl knows versions up to {HEAD}:"
            f" use the later newscrawl that wrote it, {USE_ANOTHER}"
        )
    config.attributes["connection"] = connection
    if version == EARLY_VERSION and digest_of(columns(connection)) in EARLY:
        copy_early_tables(connection, lambda: command.upgrade(config, EARLY_VERSION))
    command.upgrade(config, "head")


def _check_shape(connection: Connection) -> None:
    """Check that the archive, which has the version `HEAD`, has the columns of `HEAD`.

    Raises:
        ArchiveError: If its columns differ.
    """
    expected = {f"{t.name}.{column.name}" for t in metadata.tables.values() for column in t.columns}
    found = columns(connection)
    if found != expected:
        names = ", ".join(sorted(found ^ expected)[:5])
        raise ArchiveError(
            f"The archive has version {HEAD}, but its tables differ ({names}): a newscrawl that was"
            f" never released wrote it. Use that newscrawl, {USE_ANOTHER}"
        )


def columns(connection: Connection) -> set[str]:
    """Return the columns of newscrawl's tables in the database, each as ``table.column``."""
    found = inspect(connection).get_multi_columns()
    return {
        f"{table}.{column['name']}"
        for (_, table), described in found.items()
        if table in metadata.tables
        for column in described
    }


def digest_of(names: set[str]) -> str:
    """Return a digest of the columns of an archive: 16 hex digits."""
    return sha256("\n".join(sorted(names)).encode()).hexdigest()[:16]


def alembic_config() -> Config:
    """Return Alembic's configuration, made without a file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "newscrawl.archive:migrations")
    config.set_main_option("path_separator", "os")
    return config
