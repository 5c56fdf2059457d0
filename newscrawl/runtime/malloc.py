"""Limit the memory that glibc's malloc keeps free."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from typing import Final

_M_ARENA_MAX: Final = -8
"""A parameter of mallopt, from glibc's malloc.h.

Source: https://man7.org/linux/man-pages/man3/mallopt.3.html
"""


def share_one_pool() -> None:
    """Make all threads use one memory pool. Call it before any thread is started.

    glibc gives each thread a pool of its own. The data of a post moves from thread to thread, and
    the free memory of all pools was a tenth of a crawl's memory. One pool is not slower, because
    Python's lock lets only one thread run at a time. With another C library this does nothing.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
