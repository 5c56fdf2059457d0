"""SECURITY.md: each guarantee names tests that exist."""

import re

from tests.crawls import PROJECT


def test_each_guarantee_names_tests_that_exist() -> None:
    text = (PROJECT / "SECURITY.md").read_text()
    rows = text.partition("| guarantee | test |\n|---|---|\n")[2].partition("\n\n")[0].splitlines()
    assert len(rows) > 10
    for row in rows:
        named = re.findall(r"`(tests/[^`]+)`", row)
        assert named, row
        assert [name for name in named if not (PROJECT / name).exists()] == [], row


def test_the_modules_that_protect_exist() -> None:
    named = re.findall(r"`((?!tests/)\w+/\w+\.py)`", (PROJECT / "SECURITY.md").read_text())
    assert named
    assert [name for name in named if not (PROJECT / "newscrawl" / name).exists()] == []
