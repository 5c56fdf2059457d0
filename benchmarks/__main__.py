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

from benchmarks.chart import draw
from benchmarks.figures import Row, table
from benchmarks.pages import kind_of_pages
from benchmarks.scale import FULL, QUICK
from newscrawl.settings import VERSION

HERE = Path(__file__).parent
PARTS = ("start", "articles", "posts", "slow", "walk", "large")


def main() -> int:
    """Measure what was asked for; 1 where a target is missed."""
    options = _options()
    scale = QUICK if options.quick else FULL
    started, rows = time.monotonic(), []
    for part in options.only or PARTS:
        print(f"{part} ...", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix=f"benchmark-{part}-") as folder:
            found = list(import_module(f"benchmarks.rows.{part}").measure(scale, Path(folder)))
        print(table(found), file=sys.stderr, flush=True)
        rows += found
    told = _told(rows, quick=options.quick, seconds=time.monotonic() - started)
    print(table(rows))
    print(f"\n{told['machine']}; {told['seconds']:.0f} s")
    options.json.write_text(json.dumps(told, indent=1) + "\n")
    if options.release:
        _remember(told)
        draw(told, HERE / "chart.png")
    return 0 if all(met for row in rows for met in row.targets.values()) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything: 5 minutes")
    parser.add_argument("--only", nargs="+", choices=PARTS, help="some parts only")
    parser.add_argument("--json", type=Path, default=Path("benchmarks.json"), help="the figures")
    parser.add_argument(
        "--release", action="store_true", help="add a row to history.jsonl, and draw chart.png"
    )
    return parser.parse_args()


def _told(rows: list[Row], *, quick: bool, seconds: float) -> dict[str, Any]:
    cores = os.cpu_count()
    return {
        "version": VERSION,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{cores} cores, {_processor()}, Python {platform.python_version()}",
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


def _remember(told: dict[str, Any]) -> None:
    """Add the medians of a release to the history."""
    kept = {key: told[key] for key in ("version", "date", "machine", "pages")}
    medians = {row["name"]: round(row["median"], 4) for row in told["rows"] if row["ours"]}
    with (HERE / "history.jsonl").open("a") as history:
        history.write(json.dumps({**kept, **medians}) + "\n")


if __name__ == "__main__":
    sys.exit(main())
