"""Score the extractor on the test pages of other projects, and compare with an earlier result.

    NEWSCRAWL_CORPUS=FOLDER uv run python -m benchmarks.suites [--save FILE] [--before FILE]

The folder holds `suites/` and `tools/score_suites.py`, which measures. Expectations that are known
to be wrong are listed in `wrong_expectations.toml`: read it before you follow a miss.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

# What is measured of a page, and whether more of it is better.
HIGHER = ("text F1", "tp", "title", "authors", "day", "image", "start", "language")
LOWER = ("fp",)
# A smaller difference is none.
LEAST = 0.005


def main() -> None:
    """Print the table of the suites, and how many pages got better and worse."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--save",
        type=Path,
        default=Path(".newscrawl/suites.jsonl"),
        help="where the new result goes (default: %(default)s)",
    )
    options.add_argument("--before", type=Path, help="an earlier result to compare with")
    arguments = options.parse_args()
    corpus = os.environ.get("NEWSCRAWL_CORPUS")
    if not corpus:
        sys.exit("NEWSCRAWL_CORPUS is unset: set it to the folder that holds suites/ and tools/")
    scorer = Path(corpus) / "tools" / "score_suites.py"
    command = [sys.executable, str(scorer), "newscrawl", "trafilatura", "--json"]
    arguments.save.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([*command, str(arguments.save)], check=True)
    if arguments.before:
        print(compared(results(arguments.before), results(arguments.save)))


def results(path: Path) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Return the measures of newscrawl in a saved result, by suite, page and URL."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {(r["suite"], r["page"], r["url"]): r for r in rows if r["by"] == "newscrawl"}


def compared(
    before: dict[tuple[str, str, str], dict[str, Any]],
    after: dict[tuple[str, str, str], dict[str, Any]],
) -> str:
    """Return a line with the pages that got better and worse, by what was measured."""
    counts = []
    for name in HIGHER + LOWER:
        pairs = [(before[key], after[key]) for key in after if key in before and name in after[key]]
        changes = [float(new[name]) - float(old.get(name, 0)) for old, new in pairs]
        changes = [-change if name in LOWER else change for change in changes]
        better, worse = sum(c > LEAST for c in changes), sum(c < -LEAST for c in changes)
        counts.append(f"{name} {better} better, {worse} worse")
    return "; ".join(counts)


if __name__ == "__main__":
    main()
