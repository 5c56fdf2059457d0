"""The lines that end a run."""

import pytest

from newscrawl.crawl.next_step import next_step
from newscrawl.crawl.options import Arguments
from newscrawl.run_summary import (
    COMPLETE,
    FAILED,
    MAX_LINE,
    MAX_NOTES,
    MAX_REASONS,
    PARTIAL,
    Tally,
    headline,
    summary,
)

SITE = {"site": "https://example.org"}


@pytest.mark.parametrize(
    ("tally", "verdict", "expected"),
    [
        (Tally(), COMPLETE, "Verdict: COMPLETE"),
        (Tally(partial=["a", "b"]), PARTIAL, "Verdict: PARTIAL; a; b"),
        (Tally(missing={7: "gone"}), PARTIAL, "Verdict: PARTIAL; 1 posts are missing"),
        (Tally(asked=["5 newest"]), PARTIAL, "Verdict: PARTIAL, as asked: 5 newest"),
        (Tally(partial=["a"], asked=["5 newest"]), PARTIAL, "Verdict: PARTIAL; a; 5 newest"),
        (Tally(partial=["no disk"], asked=["5 newest"]), FAILED, "Verdict: FAILED; no disk"),
        (Tally(), FAILED, "Verdict: FAILED; an unexpected error, see above"),
    ],
)
def test_the_verdict_gives_its_reasons(tally, verdict, expected):
    assert headline(tally, verdict) == expected


@pytest.mark.parametrize(
    ("tally", "verdict"),
    [
        (Tally(), COMPLETE),
        (Tally(asked=["5 newest"]), PARTIAL),
        (Tally(missing={7: "gone"}), PARTIAL),
        (Tally(errors=1), PARTIAL),
    ],
)
def test_a_run_is_complete_only_without_a_reason(tally, verdict):
    assert tally.verdict() == verdict


def test_every_type_that_was_not_walked_is_in_the_suggestion():
    lines = summary(Tally(unwalked={"page": 2, "event": 9}), COMPLETE, walked=("post", "news"))
    assert "Not walked: page (2), event (9); add them with -a types=post,news,page,event" in lines


@pytest.mark.parametrize(
    ("given", "tally", "is_cut_short", "expected"),
    [
        ({}, Tally(), False, "run the same command again at any time"),
        ({}, Tally(), True, "run the same command again: it goes on from here"),
        ({}, Tally(pending=4), False, "a later run fetches the 4 pending articles"),
        ({"articles": "0"}, Tally(pending=4), False, "run without -a articles=0"),
        ({"limit": "5"}, Tally(), False, "run without -a limit "),
        ({"since": "2026-01-01"}, Tally(), False, "run without -a since "),
        ({"full": "1"}, Tally(), False, "run without -a full=1"),
    ],
)
def test_the_same_command_is_suggested_only_if_it_helps(given, tally, is_cut_short, expected):
    step = next_step(Arguments.parse(SITE | given), tally, is_cut_short=is_cut_short)
    assert step.startswith(expected)


def test_a_verdict_has_a_largest_number_of_reasons_and_counts_the_rest():
    tally = Tally(partial=[f"reason {n}" for n in range(1_000)] + ["reason 0"], errors=2)
    reasons = tally.reasons()
    assert reasons[0] == "reason 0"
    assert reasons[MAX_REASONS:] == ["980 more reasons", "2 posts failed in a pipeline"]
    assert tally.as_dict()["partial"] == reasons[:-1]


def test_no_reason_and_no_note_is_longer_than_a_line():
    tally = Tally(partial=["x" * 10**6], notes=["y" * 10**6] + [str(n) for n in range(1_000)])
    assert len(headline(tally, PARTIAL)) < MAX_LINE + 100
    lines = summary(tally, PARTIAL, walked=("post",))
    assert max(map(len, lines)) < MAX_LINE + 100
    assert lines[-1] == f"{1_001 - MAX_NOTES} more notes"
