"""``scrapy`` with a watch on its event loop: the CPU time of its longest turn goes to a file.

Imports are not measured: they are the same for every site, and most are made before the first
request.
"""

import asyncio
import atexit
import importlib._bootstrap
import sys
import threading
import time
from pathlib import Path
from typing import Any

from scrapy import cmdline


class Watch:
    """Measures each callback that the event loop of this process runs."""

    def __init__(self) -> None:
        self.most = 0.0
        self.what = ""
        self._imports = 0.0
        self._depth = 0
        handles: Any = asyncio.Handle
        bootstrap: Any = importlib._bootstrap
        self._run, self._find_and_load = handles._run, bootstrap._find_and_load
        handles._run = lambda handle: self._measure(handle)
        bootstrap._find_and_load = self._load

    def _measure(self, handle: asyncio.Handle) -> None:
        started, imports = time.thread_time(), self._imports
        self._run(handle)
        taken = time.thread_time() - started - (self._imports - imports)
        if taken > self.most:
            self.most, self.what = taken, repr(handle)[:200]

    def _load(self, *args: Any) -> Any:
        if self._depth or threading.current_thread() is not threading.main_thread():
            return self._find_and_load(*args)
        started, self._depth = time.thread_time(), 1
        try:
            return self._find_and_load(*args)
        finally:
            self._imports += time.thread_time() - started
            self._depth = 0


def main() -> None:
    """Run ``scrapy`` with the words after the name of the file."""
    watch, file = Watch(), Path(sys.argv[1])
    atexit.register(lambda: file.write_text(f"{watch.most} {watch.what}"))
    sys.argv = ["scrapy", *sys.argv[2:]]
    cmdline.execute()


if __name__ == "__main__":
    main()
