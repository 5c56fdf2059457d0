"""The name of the program that runs, for messages that name a command."""

from __future__ import annotations

import sys
from pathlib import Path

from newscrawl.settings import project_folder


def program() -> str:
    """Return ``newscrawl`` if the process runs this command, or if only this command works here.

    Outside a project's folder ``scrapy`` does not have the commands, so a message must not name it.
    The crawls of a schedule and of the demo are processes of their own, started as ``scrapy``.
    """
    is_scrapy = Path(sys.argv[0]).stem != "newscrawl" and (project_folder() / "scrapy.cfg").exists()
    return "scrapy" if is_scrapy else "newscrawl"
