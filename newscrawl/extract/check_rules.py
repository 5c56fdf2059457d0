"""Check publishers' rules with the tests in their files.

A test is a short page, ``html``, and the expected result: ``title``, ``authors`` and
``published``, the words that its text ``has``, and the words that it ``lacks``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from newscrawl.extract.extractor import extract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.extract.publisher_rules import Rule

_FIELDS: Final = ("title", "authors", "published")
_LISTS: Final = ("authors", "has", "lacks")
_KEYS: Final = frozenset({"html", *_FIELDS, *_LISTS})


def failures(rule: Rule) -> list[str]:
    """Return the faults of a rule, one line each; an empty list if its tests pass."""
    if not rule.tests:
        return ["has no test"]
    return [
        f"test {number}: {words}"
        for number, test in enumerate(rule.tests, 1)
        for words in _failures(test, rule.host)
    ]


def _failures(test: dict[str, Any], host: str) -> Iterator[str]:
    if unknown := sorted(set(test) - _KEYS):
        yield f"unknown key {', '.join(unknown)}; expected one of: {', '.join(sorted(_KEYS))}"
    if wrong := sorted(key for key in _KEYS & set(test) if not _is_right(key, test[key])):
        yield f"{', '.join(wrong)}: expected a list of texts for {', '.join(_LISTS)}, else a text"
        return
    found = extract(test.get("html", ""), url=f"https://{host}/a-page-of-the-rule")
    for name in _FIELDS:
        if name in test and getattr(found, name) != test[name]:
            yield f"{name} is {getattr(found, name)!r}"
    text = " ".join(found.text.split())
    yield from (f"the text lacks {words!r}" for words in test.get("has", []) if words not in text)
    yield from (f"the text has {words!r}" for words in test.get("lacks", []) if words in text)


def _is_right(key: str, value: Any) -> bool:
    if key in _LISTS:
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    return isinstance(value, str)
