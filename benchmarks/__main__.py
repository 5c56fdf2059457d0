"""``python -m benchmarks``: measures newscrawl beside others, and prints the table."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.figures import Row, table
from benchmarks.pages import kind_of_pages
from benchmarks.release import keep
from benchmarks.scale import FULL, QUICK
from newscrawl.settings import VERSION

PARTS = (
    *("start", "idle", "many", "articles", "crawl", "again"),
    *("posts", "slow", "walk", "wpextract", "large", "workers"),
)
OPTIONAL = ("before", "million")
"""Parts that are measured only if they are named: they need another checkout, or much disk."""


def main() -> None:
    """Measure the parts that the command line names."""
    options = _options()
    started, rows = time.monotonic(), []
    for part in options.only or PARTS:
        print(f"Measuring: {part}", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix=f"benchmark-{part}-") as folder:
            rows += list(_measured(part, Path(folder), quick=options.quick))
    told = _told(rows, quick=options.quick, seconds=time.monotonic() - started)
    print(table(rows))
    print(f"\n{told['machine']}; {told['seconds']:.0f} s")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(told, indent=1) + "\n")
    if options.release:
        keep(told, rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything: 5 minutes")
    parser.add_argument("--only", nargs="+", choices=PARTS + OPTIONAL, help="some parts only")
    parser.add_argument(
        "--json",
        type=Path,
        default=Path(".newscrawl/benchmarks.json"),
        help="where the figures go (default: %(default)s)",
    )
    parser.add_argument(
        "--release",
        action="store_true",
        help="keep the figures: a row of history.jsonl, the README's table, the chart",
    )
    return parser.parse_args()


def _measured(part: str, folder: Path, *, quick: bool) -> list[Row]:
    measure = import_module(f"benchmarks.rows.{part}").measure
    return list(measure(QUICK if quick else FULL, folder))


def _told(rows: list[Row], *, quick: bool, seconds: float) -> dict[str, Any]:
    return {
        "version": VERSION,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {_processor()}, Python {platform.python_version()}",
        "quick": quick,
        "pages": kind_of_pages(),
        "seconds": seconds,
        "rows": [row.as_dict() for row in rows],
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


if __name__ == "__main__":
    main()
