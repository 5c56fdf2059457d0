"""The tables of a cluster: Procrastinate's and our own, beside those of the archive."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect, text

from newscrawl.archive import migrate
from newscrawl.exceptions import ArchiveError, ConfigurationError

if TYPE_CHECKING:
    from sqlalchemy import Connection

JOBS_VERSION: Final = "2"
"""The version of the cluster's own tables and of the arguments of its jobs."""

_TABLES: Final = (
    """
    CREATE TABLE cluster_facts (
        name text PRIMARY KEY,
        value text NOT NULL,
        changed timestamptz NOT NULL DEFAULT now()
    )
    """,
    # A site of the schedule. "turns" has its cadence, or is empty if the site left the list.
    # "memory" is a newscrawl.schedule.due.Memory; "ending" is the result of the job, until the plan
    # has read it; "next_start" is empty if the site is off.
    """
    CREATE TABLE cluster_sites (
        name text PRIMARY KEY,
        turns text NOT NULL,
        memory jsonb NOT NULL,
        next_start timestamptz,
        job_id bigint,
        ending jsonb
    )
    """,
    "CREATE INDEX cluster_sites_next_start ON cluster_sites (next_start) WHERE job_id IS NULL",
    "CREATE INDEX cluster_sites_job_id ON cluster_sites (job_id) WHERE job_id IS NOT NULL",
    "CREATE INDEX cluster_jobs_lock ON procrastinate_jobs (lock) WHERE lock IS NOT NULL",
    "CREATE INDEX cluster_queue_host ON queue (host, due)",
    "CREATE INDEX cluster_posts_ready ON posts (site_id) WHERE stale AND ready",
    """
    CREATE TABLE cluster_workers (
        worker_id bigint PRIMARY KEY REFERENCES procrastinate_workers (id) ON DELETE CASCADE,
        host text NOT NULL,
        pid integer NOT NULL,
        version text NOT NULL,
        queues text NOT NULL,
        at_once integer NOT NULL,
        started timestamptz NOT NULL DEFAULT now()
    )
    """,
)

_ADVICE: Final = "install the same newscrawl and procrastinate on all machines of the cluster"


def install(connection: Connection) -> None:
    """Create the tables of a cluster if they are missing, and check their version.

    Two workers may do this at once, if the transaction has the lock of the archive's writers.

    Raises:
        ConfigurationError: If the archive is not on PostgreSQL.
        ArchiveError: If another version made the tables, or someone else uses Procrastinate here.
    """
    if connection.dialect.name != "postgresql":
        raise ConfigurationError(
            "A worker needs an archive on PostgreSQL: copy yours with scrapy archive copy, then set"
            " NEWSCRAWL_ARCHIVE to postgresql+psycopg://USER:PASSWORD@HOST/NAME"
        )
    if not inspect(connection).has_table("cluster_facts"):
        _create(connection)
    check_versions(connection)


def _create(connection: Connection) -> None:
    from procrastinate.schema import SchemaManager

    if inspect(connection).has_table("procrastinate_jobs"):
        raise ArchiveError(
            "The database of the archive has tables of Procrastinate that are not newscrawl's: use"
            " a database of its own for NEWSCRAWL_ARCHIVE"
        )
    # Several statements at once, with "%" in them: only the driver itself takes that.
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(SchemaManager.get_schema())
    for statement in _TABLES:
        connection.execute(text(statement))
    for name, value in _versions().items():
        connection.execute(
            text("INSERT INTO cluster_facts (name, value) VALUES (:name, :value)"),
            {"name": name, "value": value},
        )


def check_versions(connection: Connection) -> None:
    """Check that this worker can work with the other ones.

    Raises:
        ArchiveError: If another newscrawl changed the archive or the tables of the cluster.
    """
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found != migrate.HEAD:
        raise ArchiveError(
            f"The archive has version {found}, but this newscrawl knows {migrate.HEAD}: {_ADVICE}"
        )
    rows = connection.execute(text("SELECT name, value FROM cluster_facts"))
    facts = {row.name: row.value for row in rows}
    for name, known in _versions().items():
        if facts.get(name) != known:
            raise ArchiveError(
                f"The cluster has the {name} {facts.get(name)}, but this worker has {known}:"
                f" {_ADVICE}"
            )


def _versions() -> dict[str, str]:
    # Procrastinate may change its tables with each minor release.
    procrastinate = ".".join(version("procrastinate").split(".")[:2])
    return {"version of jobs": JOBS_VERSION, "version of procrastinate": procrastinate}
