"""The code of the project as a list: its compiled patterns, and its functions that read text."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from dataclasses import dataclass, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import newscrawl
from tests.hostile import arguments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

LEFT_OUT = {
    "newscrawl.archive.migrations": "only Alembic can import them",
    "newscrawl.demo": "the tour of the fake site",
    "newscrawl.testing": "the fake sites, which read what newscrawl sends",
}
"""Packages without text of strangers, with the reason."""
OF_THE_OWNER = {
    "newscrawl.archive.database_errors": "the location of the archive",
    "newscrawl.archive.engine": "the location of the archive, and our own statements",
    "newscrawl.commands": "words of the command line",
    "newscrawl.console": "words of the command line",
    "newscrawl.crawl.options": "words of the command line",
    "newscrawl.extensions.verdict_hook": "a setting; starts the owner's program",
    "newscrawl.extract.check_rules": "rules for publishers, which are part of the program",
    "newscrawl.extract.publisher_rules": "rules for publishers, which are part of the program",
    "newscrawl.runtime": "names of our files and processes, and calls that we pickled",
    "newscrawl.schedule.shared_process_main.main": "words of our own process; reads its orders",
    "newscrawl.schedule.site_state.folder_of": "the location of the archive",
    "newscrawl.tools.browse.server": "words of the command line",
    "newscrawl.tools.command_base": "words of the command line; some write to the terminal",
    "newscrawl.tools.report_plot": "our words for outcomes",
    "newscrawl.tools.sqlite_file.browse_file": "the location of the archive; makes a folder",
    "newscrawl.tools.validation": "names of settings",
}
"""Modules and functions that read no text of strangers, with the reason; patterns are walked."""
METHODS = ("match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split")


@cache
def modules() -> list[ModuleType]:
    """Return the modules that may read text of strangers."""
    return list(_modules_of(newscrawl))


def _modules_of(package: ModuleType) -> Iterator[ModuleType]:
    for each in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if each.name not in LEFT_OUT and not each.name.endswith("__main__"):
            module = importlib.import_module(each.name)
            yield module
            if each.ispkg:
                yield from _modules_of(module)


@cache
def tree(module: ModuleType) -> ast.Module:
    """Return the code of a module."""
    return ast.parse(Path(str(module.__file__)).read_text())


@dataclass(frozen=True, slots=True)
class FoundPattern:
    """A compiled pattern, its place in the code, and the methods that are called on it."""

    place: str
    pattern: re.Pattern[Any]
    methods: tuple[str, ...]


@cache
def patterns() -> dict[str, FoundPattern]:
    """Return the patterns of all modules by their places, each once."""
    found: dict[Any, FoundPattern] = {}
    for module in modules():
        used = _used_methods(module)
        names = vars(module)
        # Patterns in tables are called by the names of loops.
        others = {
            method for name, methods in used.items() if name not in names for method in methods
        }
        for name, value in names.items():
            for number, pattern in enumerate(_patterns_in(value)):
                place = f"{module.__name__}.{name}" + (f"[{number}]" if number else "")
                methods = used.get(name) or others or {"finditer"}
                _add(found, FoundPattern(place, pattern, tuple(methods)))
        for pattern, method in _inline(module):
            place = f"{module.__name__}:{pattern.pattern[:60]}"
            _add(found, FoundPattern(place, pattern, (method,)))
    return {each.place: each for each in found.values()}


def _add(found: dict[Any, FoundPattern], new: FoundPattern) -> None:
    """Add a pattern, or its methods if another place has the same pattern."""
    first = found.get(new.pattern.pattern, new)
    methods = tuple(sorted({*first.methods, *new.methods}))
    found[new.pattern.pattern] = replace(first, methods=methods)


def _patterns_in(value: Any, depth: int = 3) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif not depth:
        return
    elif isinstance(value, dict):
        for item in [*value, *value.values()]:
            yield from _patterns_in(item, depth - 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _patterns_in(item, depth - 1)
    elif is_dataclass(value):
        for name in value.__dataclass_fields__:
            yield from _patterns_in(getattr(value, name, None), depth - 1)


def _used_methods(module: ModuleType) -> dict[str, set[str]]:
    """Return the methods of patterns that a module calls on each name."""
    used: dict[str, set[str]] = {}
    for node in ast.walk(tree(module)):
        if not isinstance(node, ast.Attribute) or node.attr not in METHODS:
            continue
        if isinstance(node.value, ast.Name):
            used.setdefault(node.value.id, set()).add(node.attr)
    return used


def _inline(module: ModuleType) -> Iterator[tuple[re.Pattern[str], str]]:
    """Yield the patterns in calls such as ``re.sub("...", "", text)``, with the function."""
    for node in ast.walk(tree(module)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        function, owner, pattern = node.func.attr, node.func.value, node.args[0]
        is_call_of_re = isinstance(owner, ast.Name) and owner.id == "re" and function in METHODS
        if is_call_of_re and isinstance(pattern, ast.Constant) and isinstance(pattern.value, str):
            yield re.compile(pattern.value), function


@cache
def functions() -> dict[str, Callable[..., Any]]:
    """Return the functions that can be called with texts, by their places."""
    found: dict[str, Callable[..., Any]] = {}
    for module in modules():
        for name, value in vars(module).items():
            function = inspect.unwrap(value) if callable(value) else value
            if not inspect.isfunction(function) or function.__module__ != module.__name__:
                continue
            place = f"{module.__name__}.{name}"
            is_called = not inspect.iscoroutinefunction(function) and not _is_of_the_owner(place)
            if is_called and arguments.of_text(function):
                found[place] = function
    return found


def _is_of_the_owner(place: str) -> bool:
    return any(f"{place}.".startswith(f"{each}.") for each in OF_THE_OWNER)
