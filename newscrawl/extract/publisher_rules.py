"""Read the rules for single publishers, for pages on which the general extraction fails.

Each host has a small TOML file in `publishers/`. All keys are optional; selectors are CSS:

| key | value |
|---|---|
| ``remove`` | selectors of elements that are removed before the page is read |
| ``body`` | the selector of the element with the text |
| ``title``, ``authors``, ``published`` | selectors of the elements with these values |
| ``[[tests]]`` | short pages, see `newscrawl.extract.check_rules` |

A rule for a host is also used for its subdomains.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from newscrawl.urls.same_site import host_of

# The folder of the rules. A file has the name of its host, with ``.toml``.
PUBLISHERS: Final = Path(__file__).with_name("publishers")
_LISTS: Final = frozenset({"remove", "tests"})
_SELECTORS: Final = frozenset({"body", "title", "authors", "published"})
# The usual selector, which needs no check by the parser: its import takes 0.05 s of CPU.
_CLASS_OR_ID: Final = re.compile(r"[.#][A-Za-z_][A-Za-z0-9_-]*")


class BadRule(ValueError):
    """A rule's file is invalid. The message gives the reason to its author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The rule for a publisher's pages. A selector that is "" changes nothing."""

    host: str
    remove: list[str]
    body: str
    title: str
    authors: str
    published: str
    tests: list[dict[str, Any]]


def rule_for(url: str) -> Rule | None:
    """Return the rule for the host of *url* or for its nearest parent domain, or None."""
    labels = host_of(url).split(".")
    known = hosts()
    names = (".".join(labels[i:]) for i in range(len(labels) - 1))
    return next((rule_of(name) for name in names if name in known), None)


@cache
def hosts(folder: Path = PUBLISHERS) -> frozenset[str]:
    """Return the hosts that have a rule."""
    return frozenset(path.name.removesuffix(".toml") for path in folder.glob("*.toml"))


@cache
def rule_of(host: str, folder: Path = PUBLISHERS) -> Rule:
    """Return the rule in a host's file.

    Raises:
        BadRule: If the file is missing, or is not as this module's docstring describes.
    """
    try:
        values = tomllib.loads((folder / f"{host}.toml").read_text(encoding="utf-8"))
        _check(values)
    except FileNotFoundError as error:
        raise BadRule(f"no rule; expected one of: {', '.join(sorted(hosts(folder)))}") from error
    except (OSError, ValueError, TypeError) as error:
        raise BadRule(str(error)) from error
    lists = {key: values.get(key, []) for key in _LISTS}
    return Rule(host=host, **lists, **{key: values.get(key, "") for key in _SELECTORS})


def _check(values: dict[str, Any]) -> None:
    for key, value in values.items():
        if key not in _LISTS | _SELECTORS:
            expected = ", ".join(sorted(_LISTS | _SELECTORS))
            raise ValueError(f"{key!r} is not a key of a rule; expected one of: {expected}")
        if isinstance(value, list) != (key in _LISTS):
            raise ValueError(f"{key!r} must be a {'list' if key in _LISTS else 'text'}")
    if not all(isinstance(test, dict) for test in values.get("tests", [])):
        raise ValueError("'tests' must be tables: write [[tests]]")
    selectors = (*values.get("remove", []), *(values[key] for key in _SELECTORS & set(values)))
    if all(isinstance(each, str) and _CLASS_OR_ID.fullmatch(each) for each in selectors):
        return
    import turbohtml  # slow, and each crawl checks the rules

    page = turbohtml.parse("")
    for selector in selectors:
        page.select(selector)  # raises a ValueError that names the selector
