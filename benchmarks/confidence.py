"""Print how the confidence of extracted texts fits their F1, on pages with known texts.

    NEWSCRAWL_CORPUS=FOLDER uv run python -m benchmarks.confidence

The folder holds `suites/` and `articles/`, each with `gold.jsonl`, and `tools/score_suites.py`,
which measures.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from newscrawl.extract import extract

if TYPE_CHECKING:
    from collections.abc import Iterator

BOUNDS = (0.0, 0.5, 0.7, 0.9, 1.01)


def main() -> None:
    """Print a line for each range of confidence: its pages and their mean F1."""
    corpus = os.environ.get("NEWSCRAWL_CORPUS")
    if not corpus:
        sys.exit("NEWSCRAWL_CORPUS is unset: set it to the folder that holds suites/ and tools/")
    found = list(_measured(Path(corpus)))
    print("| confidence | pages | share | mean F1 |\n|---|---|---|---|")
    for low, high in pairwise(BOUNDS):
        scores = [score for rating, score in found if low <= rating < high]
        mean = f"{fmean(scores):.3f}" if scores else "-"
        share = f"{len(scores) / len(found):.3f}"
        print(f"| {low} to {min(high, 1.0)} | {len(scores)} | {share} | {mean} |")


def _measured(corpus: Path) -> Iterator[tuple[float, float]]:
    """Yield the confidence and the F1 of each page."""
    scorer = scorer_of(corpus / "tools" / "score_suites.py")
    for folder, pages in ((corpus / "suites", "pages"), (corpus / "articles", ".")):
        for row in map(json.loads, (folder / "gold.jsonl").read_text("utf-8").splitlines()):
            if row.get("texts"):
                file = folder / pages / f"{row.get('page') or row['id']}.html.gz"
                html = scorer.decoded(gzip.decompress(file.read_bytes()))
                article = extract(html, url=row["url"])
                yield article.confidence, scorer.body_score(row["texts"], article.text)


def scorer_of(file: Path) -> Any:
    spec = spec_from_file_location("score_suites", file)
    if spec is None or spec.loader is None:
        sys.exit(f"{file} is missing")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
