"""Which workers count as dead, by their heartbeats."""

from datetime import UTC, datetime, timedelta

from newscrawl.cluster.dead_workers import LOOK_SECONDS, SILENT_SECONDS, DeadWorkers

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LOOKS = int(SILENT_SECONDS / LOOK_SECONDS) + 1


def test_a_worker_that_is_silent_for_the_whole_time_is_dead():
    watch = DeadWorkers()
    looks = [watch.look({1: NOON}, 100 + n * LOOK_SECONDS) for n in range(LOOKS)]
    assert looks == [[]] * (LOOKS - 1) + [[1]]


def test_a_worker_whose_heartbeat_moves_lives():
    watch = DeadWorkers()
    for number in range(3 * LOOKS):
        heartbeat = NOON + timedelta(seconds=number // 2)
        assert watch.look({1: heartbeat}, 100 + number * LOOK_SECONDS) == []


def test_an_old_heartbeat_alone_is_no_death():
    long_ago = NOON - timedelta(days=1)
    assert DeadWorkers().look({1: long_ago}, 100.0) == []


def test_after_a_time_without_looks_every_worker_gets_the_full_time_again():
    watch = DeadWorkers()
    for number in range(LOOKS - 1):
        watch.look({1: NOON}, 100 + number * LOOK_SECONDS)
    back = 1_000.0  # the database was away
    looks = [watch.look({1: NOON}, back + n * LOOK_SECONDS) for n in range(LOOKS)]
    assert looks == [[]] * (LOOKS - 1) + [[1]]
