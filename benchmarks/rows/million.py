"""CPU of a site with nothing new at a million posts in an archive on PostgreSQL."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from sqlalchemy import Integer, Table, create_engine, text

from benchmarks import runs
from benchmarks.figures import Row, at_most
from benchmarks.server import World, serving
from newscrawl.archive.tables import metadata
from tests.postgresql import program, running

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from benchmarks.scale import Scale
    from tests.postgresql import PostgreSQL

POSTS: Final = 20
SITES: Final = 52
FEW: Final = 2
"""The sites of a small schedule. Its cost is taken off: what is left is the cost of the others."""
TIMES: Final = 960
"""Each site is copied so often: that makes a million posts."""
STEP: Final = 10_000
"""Between the ids of a row and its next copy; no table has so many rows before."""

TABLES: Final = ("sites", "walks", "runs", "posts", "texts", "text_keys", "segments", "records")
"""The tables with the rows of sites, in the order of their references."""
OWN: Final = {
    "sites.key": "key || '-' || n",
    "sites.asked": "asked || '-' || n",
    "sites.folder": "folder || '-' || n",
    "texts.story": "story || '-' || n",
    "text_keys.key": "key + n",
    # Nothing reads these words, and a million of them take long to write.
    "posts.raw": "''",
    "posts.body": "''",
    "records.line": "''",
}
"""The values of a copy that are not those of the row, nor its ids."""


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Crawl sites again, with no other site in the archive, and beside a million posts."""
    if not program("initdb"):
        raise SystemExit("PostgreSQL is not installed: install the package postgresql")
    with running() as server, serving(World(posts=POSTS, sites=SITES)) as served:
        url = server.new_database()

        def costs(name: str, repeats: int) -> list[float]:
            places = [folder / f"{name}-{repeat}" for repeat in range(repeats)]
            return [_cost(url, server, served.sites, place) for place in places]

        _crawl(url, served.sites, folder / "first" / "all")
        costs("warm", 1)
        empty = costs("empty", scale.repeats)
        count = fill(url)
        full = costs("full", scale.repeats)
    yield Row(
        name="million_posts",
        what="CPU of a site with nothing new at a million posts, PostgreSQL included",
        unit="s",
        ours=full,
        baseline="with no other site in the archive",
        theirs=empty,
        targets=at_most(1.2, full, empty),
        note=f"{count:,} posts of {SITES * (TIMES + 1):,} sites, copied without their words",
    )


def _cost(url: str, server: PostgreSQL, sites: Sequence[str], folder: Path) -> float:
    """Return the CPU seconds that one more site takes."""
    seconds = []
    for number in (FEW, SITES):
        before = server.cpu()
        run = _crawl(url, sites[:number], folder / str(number))
        seconds.append(run.all_cpu + server.cpu() - before)
    return (seconds[1] - seconds[0]) / (SITES - FEW)


def _crawl(url: str, sites: Sequence[str], folder: Path) -> runs.Run:
    """Run a schedule that crawls each site once."""
    folder.mkdir(parents=True)
    file = folder / "sites.toml"
    turn = " ".join(folder.parts[-3:])  # a name that is new is due at once
    tables = [
        f'[[site]]\nname = "{turn} {number}"\nsite = "{site}"\narguments.articles = false\n'
        for number, site in enumerate(sites)
    ]
    file.write_text("[schedule]\nat_once = 50\n" + "".join(tables))
    words = [
        "schedule",
        str(file),
        "--once",
        *runs.OWN_SERVER,
        *runs.state_words(folder.parents[1], url),
    ]
    return runs.scrapy(*words, folder=folder)


def fill(url: str) -> int:
    """Copy all sites of an archive `TIMES` times; return the number of posts.

    The planner of PostgreSQL gets its statistics, as it does by itself within minutes.
    """
    engine = create_engine(url)
    with closing(engine.connect()) as connection:
        # Without a look for each reference: the rows that are copied are right.
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("SET work_mem = '256MB'"))
        for name in TABLES:
            _copy(connection, metadata.tables[name])
        connection.commit()
        count = connection.execute(text("SELECT count(*) FROM posts")).scalar_one()
    with closing(engine.execution_options(isolation_level="AUTOCOMMIT").connect()) as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()
    return int(count)


def _copy(connection: Connection, table: Table) -> None:
    values = ", ".join(_value(table, column.name) for column in table.columns)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    connection.execute(
        text(
            f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {table.name},"
            f" generate_series(1, {TIMES}) AS n ORDER BY 1"  # sorted, as the index is
        )
    )
    if "id" in table.columns and table.columns["id"].primary_key:
        sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
        connection.execute(text(f"SELECT setval({sequence}, (SELECT max(id) FROM {table.name}))"))


def _value(table: Table, name: str) -> str:
    """Return the value of a column of a copy, as SQL."""
    column = table.columns[name]
    is_id = (column.primary_key and name == "id") or column.foreign_keys
    if is_id and isinstance(column.type, Integer):
        return f'"{name}" + n * {STEP}'
    return OWN.get(f"{table.name}.{name}", f'"{name}"')
