"""What is shown of an article that came out otherwise: short, readable, harmless."""

from typing import Any

import pytest

from newscrawl.tools.reextract import MAX_LINES, MAX_WIDTH, differences

URL = "https://news.test/a"
LONG = "and so on, " * 40


def told(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    first, *lines = differences({"url": URL, **before}, {"url": URL, **after}) or [URL]
    assert first == URL
    return lines


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ({"outcome": "paywall"}, {"outcome": "fetched"}, "  outcome     paywall -> fetched"),
        ({"authors": ["A"]}, {"authors": ["A", "B"]}, "  authors     A -> A; B"),
        ({"title": None}, {"title": "New\x1b[2J"}, "  title       - -> New\\x1b[2J"),
        ({"rights": {"policy": "full"}}, {"rights": {"policy": "excerpt"}},
         "  policy      full -> excerpt"),
        ({"markdown": "One.\n\nTwo."}, {"markdown": "One."}, "  - Two."),
        ({"markdown": "One."}, {"markdown": "One.\n\nTwo\u202e."}, "  + Two\\u202e."),
        ({"markdown": "Ad\n\nOne.\n\nAd"}, {"markdown": "Ad\n\nOne."}, "  - Ad"),
    ],
)  # fmt: skip
def test_each_change_is_a_line(before, after, line):
    assert told(before, after) == [line]


@pytest.mark.parametrize(
    "change",
    [{"html": "<b>x</b>"}, {"confidence": 0.5}, {"markdown": "B.\n\nA."}, {"authors": ["A"]}],
)
def test_what_no_reader_sees_is_no_change(change):
    article = {"html": "<p>x</p>", "confidence": 1.0, "markdown": "A.\n\nB.", "authors": ["A"]}
    assert told(article, article | change) == []


def test_a_long_line_is_shown_from_the_first_difference():
    (old, new) = told({"markdown": f"{LONG}here."}, {"markdown": f"{LONG}there."})
    assert old.startswith("  - ...")
    assert (old[-5:], new[-6:]) == ("here.", "there.")


def test_many_and_long_lines_are_cut_and_counted():
    text = "\n".join(f"{number} {LONG}" for number in range(100))
    lines = told({}, {"markdown": text, "title": LONG})
    assert len(lines) == 1 + MAX_LINES + 1
    assert lines[-1] == f"  ... and {100 - MAX_LINES} more lines"
    assert max(map(len, lines)) <= MAX_WIDTH + 30
