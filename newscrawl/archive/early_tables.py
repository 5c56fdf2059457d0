"""Convert archives from before the tables had migrations; all of them have version 0001.

Their tables differ from those that migration 0001 creates today. So new tables are created, and
the rows are copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect, text

from newscrawl.archive.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

VERSION: Final = "0001"

_NO_FACTS: Final = (
    "json_object('key', key, 'home', home, 'root', '', 'v2', '', 'types', json('[]'),"
    " 'taxonomies', json('[]'), 'namespaces', json('[]'))"
)
"""The facts of a site whose API was not found. The early tables have no facts of the API."""

_FROM_OLD: Final = {"sites.asked": "home", "sites.facts": _NO_FACTS}
"""Required columns that the old table lacks, each with its SQL expression over the old table."""


def copy_early_tables(connection: Connection, create: Callable[[], None]) -> None:
    """Replace the tables of an early archive with today's tables of `VERSION`; keep all rows.

    Early archives are SQLite only.

    Args:
        create: Creates the empty tables of that version.
    """
    inspector = inspect(connection)
    old = [table.name for table in metadata.sorted_tables if inspector.has_table(table.name)]
    for name in old:
        for index in inspector.get_indexes(name):
            connection.execute(text(f'DROP INDEX "{index["name"]}"'))
        connection.execute(text(f'ALTER TABLE "{name}" RENAME TO "early_{name}"'))
    connection.execute(text("DROP TABLE alembic_version"))
    create()
    for name in old:
        _copy(connection, name)
    for name in reversed(old):
        connection.execute(text(f'DROP TABLE "early_{name}"'))


def _copy(connection: Connection, name: str) -> None:
    inspector = inspect(connection)
    had, has = (
        [column["name"] for column in inspector.get_columns(table)]
        for table in (f"early_{name}", name)
    )
    values = {
        column: f'"{column}"' if column in had else _FROM_OLD.get(f"{name}.{column}")
        for column in has
    }
    copied = {column: value for column, value in values.items() if value is not None}
    names = ", ".join(f'"{column}"' for column in copied)
    connection.execute(
        text(
            f'INSERT INTO "{name}" ({names}) SELECT {", ".join(copied.values())}'  # noqa: S608 - names of our own
            f' FROM "early_{name}"'
        )
    )
