"""Runs ``scrapy``, writes the cost of the process itself: ``python -m benchmarks.probe FILE ...``.

It measures from inside: from outside, the workers would count, too.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from scrapy.cmdline import execute


def main() -> None:
    """Run the command line after its first argument, which names the report."""
    report = Path(sys.argv[1])
    try:
        execute(["scrapy", *sys.argv[2:]])
    finally:
        own, workers = map(_cpu, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        report.write_text(json.dumps({"cpu": own, "workers": workers, "peak_mb": _peak_mb()}))


def _cpu(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def _peak_mb() -> float:
    """Return the most memory this program had; ru_maxrss would count its parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(peak) * 1024 / 1_000_000


if __name__ == "__main__":
    main()
