"""Input made to exhaust the reader: it takes time by its size, and nothing breaks."""

from __future__ import annotations

import gc
import sys
import time
from typing import TYPE_CHECKING

import pytest

from newscrawl.markup import excerpt_text, plain_text
from newscrawl.markup.allowlist import MAX_DEPTH
from tests.markup.reading import URL, body, start_tags

if TYPE_CHECKING:
    from collections.abc import Callable

# What is repeated, so that an input has some size.
UNITS = {
    "angle brackets": "<",
    "ampersands": "&",
    "references": "&amp;x ",
    "open tags": "<a ",
    "end tags": "</b></div>",
    "comments": "<!--",
    "NULs": "\0",
    "white space": " \n",
    "paragraphs": "<p>x",
    "formats without end": "<b><i>x",
    "formats around paragraphs": "<b><p>x",
    "misnested tags": "<b><i>x</b></i>",
    "divs": "<div>",
    "quotes": "<blockquote>",
    "lists": "<ul><li>x",
    "items": "<li>x",
    "terms": "<dt>x<dd>y",
    "tables": "<table><tr><td>x",
    "rows": "<tr><td>x",
    "cells": "<td>x",
    "words between cells": "x<tr>",
    "captions": "<figcaption>x",
    "pictures": "<img src=/a.png>",
    "picture paragraphs": "<p><img src=/a.png></p>",
    "links": "<a href=/x>y</a>",
    "buttons": "<a href=/drop>y</a>",
    "emphasis": "a<em>*</em>",
    "code": "<code>`</code>x",
    "line breaks": "#<br>",
    "ruby": "<ruby>a<rt>b",
    "directions": "<p dir=rtl>a<p dir=ltr>b",
    "noscripts": "<noscript><img src=/a.png></noscript>",
    "frames": "<iframe src=/x></iframe>",
    "footnotes": "<sup><a href=#x>1</a></sup>",
    "foreign elements": "<svg><math><p>x",
    "brackets": "[",
    "shortcodes": "[vc_row a=”b”]x",
    "half shortcodes": "[vc_row a=”",
    "button shortcodes": "[button url='https://pub.org/']x",
    "caption shortcodes": "[caption id='x']<img src=/a.png>x[/caption]",
    "marks": "*_`~#>|",
}
NESTED = (
    "div",
    "b",
    "a",
    "blockquote",
    "ul",
    "li",
    "table",
    "td",
    "figure",
    "svg",
    "q",
    "ruby",
    "x-y",
)
# Things around them, in which they are read otherwise.
FRAMES = ("{}", "<table>{}", "<figure>{}</figure>", "<pre>{}", "<h1>{}</h1>", "<ul>{}", "<p><b>{}")
# Sizes in characters; the larger takes 16 times as long when time grows with only size, 256
# times when with its square. Between the two is room for a busy machine.
SMALL, LARGE = 4_000, 64_000
MOST_TIMES = 80


def _seconds(work: Callable[[], object], tries: int) -> float:
    """Return the least CPU time that *work* took, with no look for cycles, as in workers."""
    times = []
    gc.disable()
    try:
        for _ in range(tries):
            start = time.process_time()
            work()
            times.append(time.process_time() - start)
    finally:
        gc.enable()
    return min(times)


def _repeated(unit: str, frame: str, size: int) -> str:
    return frame.format(unit * (size // len(unit)))


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
def test_time_grows_with_size_and_not_with_its_square(unit: str) -> None:
    frame = "<table>{}" if unit.startswith(("<tr", "<td", "x<tr")) else "<figure>{}"
    small, large = (_repeated(unit, frame, size) for size in (SMALL, LARGE))
    few = _seconds(lambda: body(small, "/drop"), tries=5)
    assert _seconds(lambda: body(large, "/drop"), tries=2) < max(few, 0.001) * MOST_TIMES


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
def test_it_is_the_same_again(unit: str, frame: str) -> None:
    once = body(_repeated(unit, frame, 2_000), "/drop")
    assert body(once.html) == once


@pytest.mark.parametrize("tag", NESTED)
def test_20000_nested_elements_keep_their_word(tag: str) -> None:
    once = body(f"<{tag} href=/x>" * 20_000 + "word")
    assert once.text.strip("-| “”") in {"word", ""}
    assert once.text or tag == "svg"
    assert len(start_tags(once.html)) <= 4 * MAX_DEPTH


def test_depth_does_not_come_near_the_limit_of_recursion() -> None:
    html = (
        "<blockquote><ul><li><table><tr><td>x<td>" * 500 + "<b><i><u><a href=/x><sub>" * 500 + "x"
    )
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(_depth() + 250)
    try:
        assert body(html).text
    finally:
        sys.setrecursionlimit(limit)


def _depth() -> int:
    frame, depth = sys._getframe(), 0
    while frame.f_back:
        frame, depth = frame.f_back, depth + 1
    return depth


def test_ten_megabytes_of_angle_brackets_are_words() -> None:
    once = body("<" * 10_000_000)
    assert len(once.text) == 10_000_000
    assert once.html.count("&lt;") == 10_000_000


def test_100_000_attributes_are_left_out() -> None:
    attributes = " ".join(f"a{number}=1" for number in range(100_000))
    assert body(f"<p {attributes}>x</p>").html == "<p>x</p>"


def test_more_elements_than_may_be_have_their_words_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newscrawl.markup.block_stack.MAX_ELEMENTS", 100)
    once = body("<p><b>x</b>" * 1_000)
    assert once.text.count("x") == 1_000
    assert len(start_tags(once.html)) == 100


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
def test_titles_and_excerpts_are_read_too(unit: str) -> None:
    html = _repeated(unit, "{}", 100_000)
    assert "\0" not in plain_text(html) + excerpt_text(html, URL)
