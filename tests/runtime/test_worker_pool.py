"""Workers: a task's limits, its death, and the deaths around it."""

import asyncio
import itertools
import math
import operator
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psutil
import pytest

from newscrawl.runtime.worker_pool import (
    ANSWER_BYTES,
    WorkerCrash,
    WorkerMemory,
    Workers,
    WorkerTimeout,
)

ORPHANED = """
import asyncio, itertools, os, sys, time
from collections import deque
from newscrawl.runtime.worker_pool import Workers

async def main():
    workers = Workers(2, seconds=1, memory_mib=100, wall_seconds=float(sys.argv[1]))
    busy = asyncio.create_task(workers.run(*eval(sys.argv[2])))
    await asyncio.sleep(0)
    idle = await workers.run(os.getpid)
    while len(workers._alive) < 2:
        await asyncio.sleep(0.01)
    print(*[worker.pid for worker in workers._alive], flush=True)
    await busy

asyncio.run(main())
"""


class Untravelled(Exception):
    """An error that can't be built again from its pickle."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first + second)


def raise_untravelled() -> None:
    raise Untravelled("a", "b")


def print_and_return(value: str) -> str:
    print("this would garble the socket")
    os.write(1, b"and this")
    return value


@asynccontextmanager
async def workers_of(
    count: int = 1, seconds: float = 30.0, memory_mib: int = 200, **options: Any
) -> AsyncIterator[Workers]:
    workers = Workers(count, seconds, memory_mib, **options)
    try:
        yield workers
    finally:
        await workers.close()


def test_a_result_comes_back_from_another_process():
    async def main() -> None:
        async with workers_of() as workers:
            assert await workers.run(math.sqrt, 9.0) == 3.0
            assert await workers.run(os.getpid) != os.getpid()

    asyncio.run(main())


def worker_processes() -> list[psutil.Process]:
    """Return the workers of this process, which may have other children: servers of other tests."""
    children = psutil.Process().children(recursive=True)
    running = [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in running if "newscrawl.runtime.fork_server" in child.cmdline()]


def test_nothing_is_started_before_the_first_task():
    async def main() -> None:
        async with workers_of():
            assert not worker_processes()

    asyncio.run(main())


def test_one_process_serves_many_tasks_one_after_another():
    async def main() -> None:
        async with workers_of(2) as workers:
            assert len({await workers.run(os.getpid) for _ in range(5)}) == 1

    asyncio.run(main())


@pytest.mark.parametrize("size", [0, 1, 70_000, 3_000_000])
def test_payloads_of_any_size_go_there_and_back(size):
    async def main() -> None:
        async with workers_of() as workers:
            assert await workers.run(operator.add, b"x" * size, b"!") == b"x" * size + b"!"

    asyncio.run(main())


def test_a_worker_is_forked_from_a_process_that_has_its_imports():
    async def main() -> None:
        async with workers_of(warm_ups={__name__: warm_up}) as workers:
            assert await workers.run(warm_up_process) == (await workers.run(parent_pid))

    asyncio.run(main())


warmed: list[int] = []


def warm_up() -> None:
    warmed.append(os.getpid())


def warm_up_process() -> int:
    return warmed[-1]


def parent_pid() -> int:
    return os.getppid()


def test_an_exception_of_the_function_is_raised_with_its_traceback_noted():
    async def main() -> None:
        async with workers_of() as workers:
            with pytest.raises(ValueError, match="math domain") as caught:
                await workers.run(math.sqrt, -1.0)
            assert "in the worker" in caught.value.__notes__[0]

    asyncio.run(main())


def test_an_exception_that_can_not_travel_arrives_as_its_words():
    async def main() -> None:
        async with workers_of() as workers:
            with pytest.raises(RuntimeError, match="Untravelled: ab"):
                await workers.run(raise_untravelled)

    asyncio.run(main())


@pytest.mark.parametrize(
    ("function", "args", "error"),
    [
        (time.sleep, (600,), WorkerTimeout),
        (deque, (itertools.count(), 0), WorkerTimeout),
        (operator.mul, (b"x", 4 << 30), WorkerMemory),
        (operator.mul, (b"x", ANSWER_BYTES), WorkerMemory),
        (os._exit, (3,), WorkerCrash),
        (os.abort, (), WorkerCrash),
        (sys.exit, (0,), WorkerCrash),
        (os.closerange, (3, 100), WorkerCrash),
    ],
)
def test_a_deadly_task_fails_without_the_others(function, args, error):
    async def main() -> None:
        async with workers_of(2, seconds=1.5, wall_seconds=3) as workers:
            deadly = asyncio.create_task(workers.run(function, *args))
            beside = [await workers.run(math.sqrt, 4.0) for _ in range(3)]
            with pytest.raises(error):
                await deadly
            assert [*beside, await workers.run(math.sqrt, 4.0)] == [2.0] * 4

    asyncio.run(main())


def test_time_in_which_a_worker_gets_no_core_is_no_time_of_its_task():
    async def main() -> None:
        async with workers_of(seconds=0.4) as workers:
            pid = await workers.run(own_pid)
            task = asyncio.create_task(workers.run(count_cpu_seconds, 0.2))
            process = psutil.Process(pid)
            process.suspend()
            await asyncio.sleep(1)
            process.resume()
            assert await task

    asyncio.run(main())


def own_pid() -> int:
    return os.getpid()


def count_cpu_seconds(seconds: float) -> int:
    """Be busy for some seconds of CPU time; return how often the clock was read."""
    began, turns = time.process_time(), 0
    while time.process_time() < began + seconds:
        turns += 1
    return turns


def test_starting_and_warming_up_do_not_count_in_a_tasks_time():
    async def main() -> None:
        async with workers_of(seconds=0.4, warm_ups={"math": slow_import}) as workers:
            assert await workers.run(math.sqrt, 4.0) == 2.0

    asyncio.run(main())


def slow_import() -> None:
    count_cpu_seconds(0.5)


def test_only_functions_of_the_module_that_needs_it_are_warmed_up_for():
    async def main() -> None:
        async with workers_of(warm_ups={"math": raise_untravelled}) as workers:
            assert await workers.run(operator.neg, 4.0) == -4.0
            with pytest.raises(RuntimeError, match="Untravelled"):
                await workers.run(math.sqrt, 4.0)

    asyncio.run(main())


def test_a_worker_that_keeps_memory_is_replaced():
    async def main() -> None:
        async with workers_of(memory_mib=150) as workers:
            first = await workers.run(hoard, 100)
            assert await workers.run(os.getpid) != first

    asyncio.run(main())


hoarded: list[bytes] = []


def hoard(mib: int) -> int:
    hoarded.append(b"x" * (mib << 20))
    return os.getpid()


def test_what_a_function_prints_does_not_reach_the_socket():
    async def main() -> None:
        async with workers_of() as workers:
            assert await workers.run(print_and_return, "value") == "value"

    asyncio.run(main())


def test_a_worker_inherits_no_open_file_or_socket():
    async def main() -> None:
        server = socket.create_server(("127.0.0.1", 0))
        server.set_inheritable(True)
        with server:
            async with workers_of() as workers:
                pid = await workers.run(os.getpid)
                assert psutil.Process(pid).num_fds() == 4

    asyncio.run(main())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_leaves_the_terminals_signals_to_the_parent(number):
    async def main() -> None:
        async with workers_of() as workers:
            pid = await workers.run(os.getpid)
            os.kill(pid, number)
            assert await workers.run(os.getpid) == pid
            assert os.getpgid(pid) != os.getpgid(0)

    asyncio.run(main())


def test_waiting_tasks_are_taken_in_the_order_they_came():
    async def main() -> None:
        order: list[int] = []

        async def note(number: int) -> None:
            order.append(await workers.run(operator.index, number))

        async with workers_of() as workers:
            await asyncio.gather(*(note(number) for number in range(20)))
        assert order == list(range(20))

    asyncio.run(main())


def test_the_event_loop_runs_while_a_task_does():
    async def main() -> None:
        async with workers_of() as workers:
            task = asyncio.create_task(workers.run(time.sleep, 0.3))
            turns = 0
            while not task.done():
                turns += 1
                await asyncio.sleep(0.001)
        assert turns > 10

    asyncio.run(main())


def test_closing_ends_what_runs_and_what_waits():
    async def main() -> None:
        async with workers_of() as workers:
            await workers.run(os.getpid)
            tasks = [asyncio.create_task(workers.run(time.sleep, 600)) for _ in range(3)]
            await asyncio.sleep(0)
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results] == [WorkerCrash] * 3
        assert not worker_processes()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("wall_seconds", "call"), [("1", "time.sleep, 600"), ("600", "deque, itertools.count(), 0")]
)
def test_workers_end_when_the_parent_is_killed_idle_waiting_or_busy(wall_seconds: str, call: str):
    parent = subprocess.Popen(
        [sys.executable, "-c", ORPHANED, wall_seconds, call], stdout=subprocess.PIPE
    )
    assert parent.stdout
    with parent.stdout:
        orphans = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
    parent.kill()
    parent.wait()
    ended, living = psutil.wait_procs(orphans, timeout=20)
    assert (len(ended), living) == (2, [])
