"""Finding the line of a key."""

import pytest

from newscrawl.schedule.toml_lines import Place, line_of

DOCUMENT = '''# Sites
[schedule]
at_once = 2

[[site]]  # the first
spider = "mint"
name = """
[[site]]
spider = "none"
"""
arguments.limit = 5
[site.settings]
DOWNLOAD_DELAY = 1
list = [
    1,
    2,
]

[["site"]]
"cron" = "0 * * * *"
arguments = { full = 1, limit = 2 }
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("schedule", "at_once"), 3),
        (("site", 0), 5),
        (("site", 0, "spider"), 6),
        (("site", 0, "name"), 7),
        (("site", 0, "arguments", "limit"), 11),
        (("site", 0, "settings"), 12),
        (("site", 0, "settings", "list"), 14),
        (("site", 1), 19),
        (("site", 1, "cron"), 20),
        (("site", 1, "arguments", "limit"), 21),
        (("site", 1, "missing"), 19),
        (("missing",), 1),
        ((), 1),
    ],
)
def test_each_key_has_its_line(place: Place, line: int) -> None:
    assert line_of(DOCUMENT, place) == line
