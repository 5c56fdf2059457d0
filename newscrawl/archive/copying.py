"""Copy an archive into an empty database, row by row: SQLite to PostgreSQL and back.

Until the copy is verified, the target has the version `COPYING`, so no crawl uses half of it. An
interrupted copy continues after the rows that are there. JSON is copied as text, byte by byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    JSON,
    MetaData,
    Text,
    TypeDecorator,
    cast,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
)

from newscrawl.archive.database_errors import explained
from newscrawl.archive.engine import ONLY_READS, engine_of
from newscrawl.archive.migrate import COPYING, HEAD, migrate
from newscrawl.archive.tables import commits, metadata, sites
from newscrawl.exceptions import ArchiveError, ConfigurationError
from newscrawl.urls.credentials import shown_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection, Engine, Row, Table

BATCH_SIZE: Final = 200
"""The most rows in memory at once, and in one transaction."""


class _JsonText(TypeDecorator[str]):
    """JSON of PostgreSQL as its text: SQLAlchemy's type takes null and no value for the same."""

    impl = Text
    cache_ok = True

    def column_expression(self, column: Any) -> Any:
        return cast(column, Text)

    def bind_expression(self, bindparam: Any) -> Any:
        return cast(bindparam, JSON)


def _tables(engine: Engine) -> dict[str, Table]:
    """Return all tables, those that others refer to first, with JSON as text.

    The commits are left out: they are of processes, not of the archive.
    """
    copies = MetaData()
    for table in metadata.sorted_tables:
        copy = table.to_metadata(copies)
        for column in copy.columns:
            if isinstance(column.type, JSON):
                column.type = _JsonText() if engine.dialect.name == "postgresql" else Text()
    return {table.name: table for table in copies.sorted_tables if table.name != commits.name}


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two databases."""

    engine: Engine
    tables: dict[str, Table]

    def batch(self, name: str, after: int) -> Sequence[Row[Any]]:
        table = self.tables[name]
        query = select(table).where(table.c.id > after).order_by(table.c.id).limit(BATCH_SIZE)
        with self.engine.connect() as connection:
            return connection.execute(query).all()

    def digest(self, name: str) -> int:
        """Return the sum of the hashes of all rows: their order is that of the database."""
        query = select(self.tables[name]).execution_options(yield_per=BATCH_SIZE)
        with self.engine.connect() as connection:
            rows = (repr(_values([row])).encode() for row in connection.execute(query))
            return sum(int.from_bytes(sha256(row).digest()) for row in rows)

    def count(self, name: str) -> int:
        query = select(func.count()).select_from(self.tables[name])
        with self.engine.connect() as connection:
            return connection.execute(query).scalar_one()


class Copy:
    """A copy from one archive to another database.

    Args:
        source: The engine of an archive that nothing writes to.
        target: The location of the other database: a path or a URL.

    Raises:
        ConfigurationError: If the target has an archive already.
        ArchiveError: If a database can't be used.
    """

    def __init__(self, source: Engine, target: str) -> None:
        self._shown = shown_url(target)
        reads = source.execution_options(**{ONLY_READS: True})
        self._source = _Side(reads, _tables(source))
        with explained(self._shown):
            engine = engine_of(target, durable=True)
            self._target = _Side(engine, _tables(engine))
            self._begin()

    def _begin(self) -> None:
        with self._target.engine.begin() as connection:
            has_version = inspect(connection).has_table("alembic_version")
            version = "SELECT version_num FROM alembic_version"
            found = connection.execute(text(version)).scalar() if has_version else None
        if found == COPYING:
            return
        migrate(self._target.engine)
        with self._target.engine.begin() as connection:
            if connection.execute(select(sites.c.id).limit(1)).first() is not None:
                raise ConfigurationError(
                    f"{self._shown} has an archive already: name an empty database or a new file"
                )
            _set_version(connection, COPYING)

    def run(self) -> Iterator[tuple[str, int]]:
        """Copy all tables; yield the name and the number of rows of each when it is copied."""
        for name, table in self._target.tables.items():
            with explained(self._shown):
                if _has_number(table):
                    self._copy_numbered(name, table)
                else:
                    self._copy_small(name, table)
                count = self._target.count(name)
            yield name, count

    def finish(self) -> None:
        """Compare both archives row by row, then let the copy be used.

        Raises:
            ArchiveError: If they differ.
        """
        with explained(self._shown):
            for name, table in self._target.tables.items():
                if not self._is_same(name, table):
                    raise ArchiveError(
                        f"The copy of the table {name} differs from the original: end all crawls,"
                        f" delete {self._shown}, and copy again"
                    )
            with self._target.engine.begin() as connection:
                if connection.dialect.name == "postgresql":
                    _continue_numbers(connection, self._target.tables.values())
                _set_version(connection, HEAD)

    def close(self) -> None:
        """Close the target."""
        self._target.engine.dispose()

    def _copy_numbered(self, name: str, table: Table) -> None:
        with self._target.engine.connect() as connection:
            after = connection.execute(select(func.max(table.c.id))).scalar() or 0
        while rows := self._source.batch(name, after):
            with self._target.engine.begin() as connection:
                connection.execute(insert(table), [row._asdict() for row in rows])
            after = rows[-1].id

    def _copy_small(self, name: str, table: Table) -> None:
        """Copy a table whose keys are texts or pairs in one transaction, unless it is there."""
        if self._source.count(name) == self._target.count(name):
            return
        with self._source.engine.connect() as source, self._target.engine.begin() as connection:
            connection.execute(delete(table))
            found = source.execute(select(self._source.tables[name]))
            for rows in found.partitions(BATCH_SIZE):
                connection.execute(insert(table), [row._asdict() for row in rows])

    def _is_same(self, name: str, table: Table) -> bool:
        if not _has_number(table):
            return self._source.digest(name) == self._target.digest(name)
        after = 0
        while rows := self._source.batch(name, after):
            if _values(rows) != _values(self._target.batch(name, after)):
                return False
            after = rows[-1].id
        return not self._target.batch(name, after)


def _has_number(table: Table) -> bool:
    """Return whether the rows of a table have an id, in whose order they can be copied."""
    keys = list(table.primary_key.columns)
    return len(keys) == 1 and keys[0].name == "id"


def _values(rows: Sequence[Row[Any]]) -> list[list[Any]]:
    return [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in rows]


def _continue_numbers(connection: Connection, tables: Iterable[Table]) -> None:
    """Let new rows get numbers above those that were copied."""
    for table in tables:
        if _has_number(table):
            last = connection.execute(select(func.max(table.c.id))).scalar()
            if last is not None:
                sequence = func.pg_get_serial_sequence(table.name, "id")
                connection.execute(select(func.setval(sequence, last)))


def _set_version(connection: Connection, version: str) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
