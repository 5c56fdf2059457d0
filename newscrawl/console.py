"""The ``newscrawl`` command: all commands of the project, from any folder.

``scrapy`` has these commands only in a folder of a Scrapy project. An installed newscrawl has no
such folder.

Modules of newscrawl are imported late: the settings depend on the folder, which `--directory` sets.
"""

from __future__ import annotations

import os
import sys
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Final

from scrapy.utils.conf import closest_scrapy_cfg

if TYPE_CHECKING:
    from collections.abc import Sequence

USAGE: Final = "newscrawl [--directory FOLDER] COMMAND [arguments]"


def main(words: Sequence[str] | None = None) -> None:
    """Run a command as ``scrapy`` would in a folder of the project.

    Args:
        words: The words after the program's name; by default those of the process.

    Raises:
        SystemExit: Always, with the exit code of the command.
    """
    words = _enter_folder(list(sys.argv[1:] if words is None else words))
    if not words or words[0] in ("-h", "--help", "help"):
        print(_overview())
        raise SystemExit(0)
    if words[0] == "--version":
        from newscrawl.settings import VERSION

        print(f"newscrawl {VERSION}")
        raise SystemExit(0)
    if not closest_scrapy_cfg():  # a project of the user's own names its own settings
        os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "newscrawl.settings")
        _refuse_unknown(words[0])
    from scrapy.cmdline import execute

    execute(["newscrawl", *words])


def _refuse_unknown(word: str) -> None:
    """Refuse a word that is not a command; Scrapy's own message would name another program."""
    known = [*_names("newscrawl.commands"), *_names("scrapy.commands")]
    if word in known:
        return
    close = get_close_matches(word, known, 1)
    advice = f"did you mean {close[0]}?" if close else "newscrawl --help lists the commands"
    _refuse(f"Unknown command {word!r}: {advice}")


def _names(package: str) -> list[str]:
    """Return the names of the commands in a package."""
    return sorted(module.name for module in iter_modules(import_module(package).__path__))


def _overview() -> str:
    from newscrawl import commands

    names = _names(commands.__name__)
    lines = [
        f"  {name:10}{import_module(f'{commands.__name__}.{name}').Command().short_desc()}"
        for name in names
    ]
    end = "newscrawl COMMAND -h shows the arguments and options of a command."
    return "\n".join([f"Usage: {USAGE}", "", *lines, "", end])


def _enter_folder(words: list[str]) -> list[str]:
    """Enter the folder that the first words name, and return the other words."""
    if not words or words[0].partition("=")[0] != "--directory":
        return words
    option = words.pop(0)
    folder = option.partition("=")[2] or (words.pop(0) if words else "")
    if not folder:
        _refuse("--directory needs a folder")
    try:
        os.chdir(Path(folder).expanduser())
    except OSError as error:
        _refuse(f"The folder {folder} can't be used ({error.strerror}): create it, or name another")
    return words


def _refuse(reason: str) -> None:
    print(f"Usage: {USAGE}\n\n{reason}", file=sys.stderr)
    raise SystemExit(2)
