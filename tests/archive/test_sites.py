"""What an archive knows of its sites."""

from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.archive.sites import Progress


@pytest.mark.parametrize(("hours_ago", "is_due"), [(0, False), (23, False), (25, True), (-5, True)])
def test_a_listing_is_due_when_it_is_old_or_of_a_clock_that_was_ahead(hours_ago: int, is_due: bool):
    listed = (datetime.now(UTC) - timedelta(hours=hours_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert Progress(listed=listed).is_listing_due(1) is is_due


def test_a_listing_is_due_if_there_was_none():
    assert Progress().is_listing_due(7)
