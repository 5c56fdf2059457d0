"""Read and check entries before they are added to the archive's table of sites."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from newscrawl.crawl.options import Arguments
from newscrawl.exceptions import ConfigurationError
from newscrawl.schedule.config_file import BadPlan, read_plan
from newscrawl.schedule.config_values import OF_EXPORT, OF_SITE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    Table = dict[str, Any]


def checked(
    tables: Sequence[Table],
    homes: Mapping[str, str | None],
    check_settings: Callable[[Mapping[str, str]], None],
) -> dict[str, Table]:
    """Return entries by the names that the schedule gives them.

    Args:
        tables: Each with the keys and values of a ``[[site]]`` or ``[[export]]`` of sites.toml.
        homes, check_settings: See `newscrawl.schedule.config_file.read_plan`.

    Raises:
        BadPlan: If one is wrong.
    """
    named = {str(number): table for number, table in enumerate(tables, 1)}
    try:
        plan = read_plan(None, homes, check_settings, named)
    except BadPlan as error:
        raise BadPlan([line.removeprefix("the archive's ") for line in error.lines]) from error
    return {entry.name: table for entry, table in zip(plan.entries, tables, strict=True)}


def tables_of(
    path: Path,
    homes: Mapping[str, str | None],
    check_settings: Callable[[Mapping[str, str]], None],
) -> list[Table]:
    """Return the entries of a file: TOML like sites.toml, or a text with one URL on each line.

    Entries of TOML get the defaults of its ``[schedule]``. In a text, lines that are empty or start
    with "#" are left out.

    Raises:
        ConfigurationError: If the file can't be read, or has mistakes; it names their lines.
    """
    if path.suffix == ".toml":
        read_plan(path, homes, check_settings)
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        common = document.get("schedule", {}).items()
        return [
            {**{name: value for name, value in common if name in keys}, **table}
            for kind, keys in (("site", OF_SITE), ("export", OF_EXPORT))
            for table in document.get(kind, [])
        ]
    return [{"site": url} for url in _urls_of(path)]


def _urls_of(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8"
        raise ConfigurationError(
            f"{path} can't be read ({reason}): expected a .toml file like sites.toml, or a text"
            " with one URL on each line"
        ) from error
    urls, faults = [], []
    for number, line in enumerate(lines, 1):
        url = line.strip()
        if not url or url.startswith("#"):
            continue
        try:
            urls.append(Arguments.parse({"site": url}).site)
        except ConfigurationError as error:
            faults.append(f"{path}, line {number}: {error}")
    if faults or not urls:
        raise BadPlan(faults or [f"{path} has no site: expected one URL on each line"])
    return urls
