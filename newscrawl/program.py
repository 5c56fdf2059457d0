"""The name of the program that runs, for messages that name a command."""

from __future__ import annotations

import sys
from pathlib import Path


def program() -> str:
    """Return ``newscrawl`` if the process runs this command, else ``scrapy``.

    Outside a project's folder ``scrapy`` does not have the commands, so a message must not name it.
    """
    return "newscrawl" if Path(sys.argv[0]).stem == "newscrawl" else "scrapy"
