"""The tables of a cluster: Procrastinate's and our own, beside those of the archive."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect, text

from newscrawl.archive import jobs, migrate
from newscrawl.archive.engine import EXAMPLE_URL
from newscrawl.cluster import queue, site_table
from newscrawl.exceptions import ArchiveError, ConfigurationError
from newscrawl.program import program
from newscrawl.schedule.due import STOPPED
from newscrawl.schedule.site_state import from_fields

if TYPE_CHECKING:
    from sqlalchemy import Connection

JOBS_VERSION: Final = "3"
"""The version of the cluster's own tables and of the arguments of its jobs."""

_TABLES: Final = (
    """
    CREATE TABLE cluster_facts (
        name text PRIMARY KEY,
        value text NOT NULL,
        changed timestamptz NOT NULL DEFAULT now()
    )
    """,
    # A site or an export of the schedule. "turns" has its cadence, or is empty if it left the list.
    # "memory" is a newscrawl.schedule.due.Memory; "ending" is the result of the job, until the plan
    # has read it; "next_start" is empty if it is off.
    """
    CREATE TABLE cluster_sites (
        name text PRIMARY KEY,
        is_export boolean NOT NULL,
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

# Each returns statements that delete objects. The order matters: types last, as others use them.
_DROPS: Final = (
    (
        "SELECT format('DROP TABLE %s CASCADE', CAST(oid AS regclass)) FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = CAST(current_schema() AS regnamespace)"
        " AND (starts_with(relname, 'procrastinate_') OR starts_with(relname, 'cluster_'))"
    ),
    (
        "SELECT format('DROP INDEX %s', CAST(oid AS regclass)) FROM pg_class"
        " WHERE relkind = 'i' AND relnamespace = CAST(current_schema() AS regnamespace)"
        " AND starts_with(relname, 'cluster_')"
    ),
    (
        "SELECT format('DROP FUNCTION %s', CAST(oid AS regprocedure)) FROM pg_proc"
        " WHERE pronamespace = CAST(current_schema() AS regnamespace)"
        " AND starts_with(proname, 'procrastinate_')"
    ),
    (
        "SELECT format('DROP TYPE %s', CAST(oid AS regtype)) FROM pg_type"
        " WHERE typtype IN ('c', 'e') AND typnamespace = CAST(current_schema() AS regnamespace)"
        " AND starts_with(typname, 'procrastinate_')"
    ),
)

_ADVICE: Final = "install the same newscrawl and procrastinate on all machines of the cluster"


def install(connection: Connection) -> None:
    """Create the tables of a cluster if they are missing, and check their version.

    Tables of another version are created anew if no worker lives.

    Two workers may do this at once, if the transaction has the lock of the archive's writers.

    Raises:
        ConfigurationError: If the archive is not on PostgreSQL.
        ArchiveError: If another version made the tables, or someone else uses Procrastinate here.
    """
    if connection.dialect.name != "postgresql":
        raise ConfigurationError(
            f"A worker needs an archive on PostgreSQL: copy yours with {program()} archive copy,"
            f" then set NEWSCRAWL_ARCHIVE to {EXAMPLE_URL}"
        )
    if not jobs.has_workers(connection):
        _create(connection)
    elif _facts(connection) != _versions() and not queue.count_living(connection):
        _create_anew(connection)
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


def _create_anew(connection: Connection) -> None:
    """Replace the tables of another version. Sites keep their states; all jobs are planned again.

    A site that had a job is due at once.
    """
    query = text("SELECT name, memory, job_id IS NOT NULL AS has_job FROM cluster_sites")
    kept = connection.execute(query).all()
    for drops in _DROPS:
        for statement in connection.execute(text(drops)).scalars().all():
            connection.execute(text(statement))
    _create(connection)
    now = site_table.database_time(connection)
    sites = []
    for row in kept:
        memory = from_fields(row.memory)
        if row.has_job:
            memory.ended, memory.result = now, STOPPED
        sites.append((site_table.SiteRow(name=row.name, memory=memory), None))
    site_table.save(connection, sites)


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
    facts = _facts(connection)
    for name, known in _versions().items():
        if facts.get(name) != known:
            raise ArchiveError(
                f"The cluster has the {name} {facts.get(name)}, but this worker has {known}:"
                f" {_ADVICE}"
            )


def _facts(connection: Connection) -> dict[str, str]:
    """Return the versions that made the tables."""
    rows = connection.execute(text("SELECT name, value FROM cluster_facts"))
    return {row.name: row.value for row in rows if row.name in _versions()}


def _versions() -> dict[str, str]:
    # Procrastinate may change its tables with each minor release.
    procrastinate = ".".join(version("procrastinate").split(".")[:2])
    return {"version of jobs": JOBS_VERSION, "version of procrastinate": procrastinate}
