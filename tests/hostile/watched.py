"""``scrapy`` with a watch on its event loop: the CPU time of its longest turn goes to a file."""

import asyncio
import atexit
import sys
import time
from pathlib import Path
from typing import Any

from scrapy import cmdline


class Watch:
    """Measures each callback that the event loop of this process runs."""

    def __init__(self) -> None:
        self.most = 0.0
        self.what = ""
        handles: Any = asyncio.Handle
        run = handles._run

        def watched(handle: asyncio.Handle) -> None:
            started = time.thread_time()
            run(handle)
            taken = time.thread_time() - started
            if taken > self.most:
                self.most, self.what = taken, repr(handle)[:200]

        handles._run = watched


def main() -> None:
    """Run ``scrapy`` with the words after the name of the file."""
    watch, file = Watch(), Path(sys.argv[1])
    atexit.register(lambda: file.write_text(f"{watch.most} {watch.what}"))
    sys.argv = ["scrapy", *sys.argv[2:]]
    cmdline.execute()


if __name__ == "__main__":
    main()
