"""Scrapy's handler of HTTP/1.1, imported without reading the sources of all callers.

For each class that Scrapy deprecates, it calls ``inspect.stack()`` to find one module. That looks
for the source of every frame, 41 of them here: 0.2 s of CPU, a tenth of a run with nothing new.
"""

from __future__ import annotations

import inspect
from typing import Any


def _two_frames() -> list[tuple[Any]]:
    """Return what Scrapy uses of ``inspect.stack()``: the frame of the caller, and the next."""
    frame: Any = inspect.currentframe()
    return [(frame.f_back,), (frame.f_back.f_back,)]


_stack = inspect.stack
inspect.stack = _two_frames  # type: ignore[assignment]
try:
    from scrapy.core.downloader.handlers.http11 import (
        HTTP11DownloadHandler,
        _LenientHTTPClientParser,
    )
finally:
    inspect.stack = _stack

__all__ = ["HTTP11DownloadHandler", "_LenientHTTPClientParser"]
