"""Many small questions as few."""

import asyncio
from collections.abc import Sequence

import pytest

from newscrawl.exceptions import ArchiveError
from newscrawl.runtime.batcher import Batcher


def test_values_that_arrive_together_share_a_call():
    calls: list[list[int]] = []

    async def double(values: Sequence[int]) -> list[int]:
        calls.append(list(values))
        await asyncio.sleep(0)
        return [value * 2 for value in values]

    async def main() -> list[int]:
        batcher = Batcher(double)
        return await asyncio.gather(*(batcher.add(value) for value in range(5)))

    assert asyncio.run(main()) == [0, 2, 4, 6, 8]
    assert calls == [[0, 1, 2, 3, 4]]


def test_values_that_keep_coming_share_a_call():
    calls: list[int] = []

    async def count(values: Sequence[int]) -> Sequence[int]:
        calls.append(len(values))
        return values

    async def main() -> None:
        batcher = Batcher(count, seconds=0.05)
        async with asyncio.TaskGroup() as tasks:
            for value in range(10):  # the last comes long after the time for the first has ended
                tasks.create_task(batcher.add(value))
                await asyncio.sleep(0.02)

    asyncio.run(main())
    assert calls == [10]


def test_a_bad_value_fails_without_the_others():
    async def invert(values: Sequence[int]) -> list[float]:
        return [1 / value for value in values]

    async def main() -> list[float | BaseException]:
        batcher = Batcher(invert)
        return await asyncio.gather(*map(batcher.add, (1, 0, 2)), return_exceptions=True)

    good, bad, also_good = asyncio.run(main())
    assert (good, also_good) == (1, 0.5)
    assert isinstance(bad, ZeroDivisionError)


def test_an_archive_that_fails_gets_one_call_for_the_batch():
    calls: list[int] = []

    async def refuse(values: Sequence[int]) -> list[int]:
        calls.append(len(values))
        raise ArchiveError("locked")

    async def main() -> list[int | BaseException]:
        batcher = Batcher(refuse)
        return await asyncio.gather(*map(batcher.add, range(9)), return_exceptions=True)

    assert {type(answer) for answer in asyncio.run(main())} == {ArchiveError}
    assert calls == [9]


def test_a_lone_failure_reaches_its_caller():
    async def refuse(values: Sequence[int]) -> list[int]:
        raise LookupError(values)

    async def main() -> None:
        await Batcher(refuse).add(1)

    with pytest.raises(LookupError):
        asyncio.run(main())
