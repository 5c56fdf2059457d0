"""Rules for single publishers, if the general way fails: a small file a host in `publishers/`.

All keys of a file are optional; selectors are CSS:

| key | what |
|---|---|
| ``remove`` | selectors of what is taken out of the page before anything else |
| ``body`` | the selector of the element that holds the text |
| ``title``, ``authors``, ``published`` | selectors of the elements with these |
| ``[[tests]]`` | pages in short, see `newscrawl.extract.check_rules` |

A rule for a host holds for the hosts below it too.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import turbohtml

from newscrawl.urls.same_site import host_of

PUBLISHERS: Final = Path(__file__).with_name("publishers")
"""The folder of the rules: each file is called as its host, with ``.toml``."""

_LISTS: Final = frozenset({"remove", "tests"})
_SELECTORS: Final = frozenset({"body", "title", "authors", "published"})


class BadRule(ValueError):
    """A file of rules that can't be used, and why: for whoever wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one publisher's pages need; a selector that is "" changes nothing."""

    host: str
    remove: list[str]
    body: str
    title: str
    authors: str
    published: str
    tests: list[dict[str, Any]]


def rule_for(url: str) -> Rule | None:
    """Return the rule for the host of *url*, or for one above it, or None."""
    labels = host_of(url).split(".")
    known = hosts()
    names = (".".join(labels[i:]) for i in range(len(labels) - 1))
    return next((rule_of(name) for name in names if name in known), None)


@cache
def hosts(folder: Path = PUBLISHERS) -> frozenset[str]:
    """Return the hosts for which there are rules."""
    return frozenset(path.name.removesuffix(".toml") for path in folder.glob("*.toml"))


@cache
def rule_of(host: str, folder: Path = PUBLISHERS) -> Rule:
    """Return the rule in a host's file.

    Raises:
        BadRule: If the file is not as the head of this module describes.
    """
    try:
        values = tomllib.loads((folder / f"{host}.toml").read_text(encoding="utf-8"))
        _check(values)
    except (OSError, ValueError, TypeError) as error:
        raise BadRule(str(error)) from error
    lists = {key: values.get(key, []) for key in _LISTS}
    return Rule(host=host, **lists, **{key: values.get(key, "") for key in _SELECTORS})


def _check(values: dict[str, Any]) -> None:
    for key, value in values.items():
        if key not in _LISTS | _SELECTORS:
            raise ValueError(f"{key!r} is no key of a rule")
        if isinstance(value, list) != (key in _LISTS):
            raise ValueError(f"{key!r} is to be a {'list' if key in _LISTS else 'text'}")
    if not all(isinstance(test, dict) for test in values.get("tests", [])):
        raise ValueError("'tests' are to be tables: [[tests]]")
    page = turbohtml.parse("")
    for selector in (*values.get("remove", []), *(values[key] for key in _SELECTORS & set(values))):
        page.select(selector)  # raises a ValueError that names the selector
