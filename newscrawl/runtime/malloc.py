"""How the main process has its memory."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from typing import Final

_M_ARENA_MAX: Final = -8
"""From glibc's malloc.h; https://man7.org/linux/man-pages/man3/mallopt.3.html."""


def share_one_pool() -> None:
    """Let all threads have their memory from one pool; to be called before they are started.

    glibc gives each thread a pool of its own, and what a post is made of goes from thread to
    thread: what all pools keep free was a tenth of the memory of a crawl. Under Python's lock they
    hardly ever ask at once. With another C library nothing happens.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
