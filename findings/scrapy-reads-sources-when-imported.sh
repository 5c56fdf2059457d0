#!/usr/bin/env bash
# Scrapy: its HTTP handler takes longer to import the deeper the stack is.
#
# One expects that the time of an import does not depend on the place of the import. But for each class that
# Scrapy deprecates, it calls inspect.stack() to find one module name. inspect.stack() looks for the source
# of every frame. For the frames of the import system, which have no source file, it goes through all modules
# of the process. Scrapy imports its handlers when a crawl starts, in the event loop, so the stack is deep:
# 0.2 s of CPU time of each crawl, as much as half of `scrapy version`.
#
# Way out: import the handler under an inspect.stack() that returns two frames.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check scrapy==2.19.0
"$folder/env/bin/python" - <<'PYTHON'
import inspect
from importlib.metadata import version

frames = []
stack = inspect.stack


def counted():
    frames.append(len(stack()))
    return stack()[1:]


def deep(levels):
    if levels:
        return deep(levels - 1)
    import scrapy.core.downloader.handlers.http11  # noqa: F401


inspect.stack = counted
deep(30)
print(f"scrapy {version('scrapy')}: its handler is imported in a stack of 30 frames")
print(f"expected no look at any frame; sources of {sum(frames)} frames were looked for")
assert len(frames) == 3 and min(frames) > 30
PYTHON
