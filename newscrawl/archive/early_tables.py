"""Archives from before the tables had migrations: all of them are called version 0001.

Each differs from what migration 0001 creates today, so the tables are made anew and filled with
what the old ones have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect, text

from newscrawl.archive.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

VERSION: Final = "0001"

# No column has facts of the API: these are known of a site whose API was never found.
_NO_FACTS: Final = (
    "json_object('key', key, 'home', home, 'root', '', 'v2', '', 'types', json('[]'),"
    " 'taxonomies', json('[]'), 'namespaces', json('[]'))"
)
_FROM_OLD: Final = {"sites.asked": "home", "sites.facts": _NO_FACTS}
"""The columns that must have a value and are no copies, as expressions over the old table."""


def copy_early_tables(connection: Connection, create: Callable[[], None]) -> None:
    """Give an archive of an early state the tables of today's `VERSION`, with all its rows.

    Only SQLite had archives then.

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
