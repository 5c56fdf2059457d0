"""The files that keep the measurement of a release."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.chart import draw
from benchmarks.figures import table

if TYPE_CHECKING:
    from benchmarks.figures import Row

HERE: Final = Path(__file__).parent
_TABLE: Final = re.compile(r"(?<=<!-- measured -->\n).*?(?=<!-- end -->)", re.DOTALL)


def keep(told: dict[str, Any], rows: list[Row]) -> None:
    """Add medians and ratios to the history, put the table in the README, and draw the chart."""
    kept = {key: told[key] for key in ("version", "date", "machine", "pages")}
    medians = {row["name"]: round(row["median"], 4) for row in told["rows"] if row["ours"]}
    ratios = {row["name"]: round(row["ratio"], 4) for row in told["rows"] if row["ratio"]}
    with (HERE / "history.jsonl").open("a") as history:
        history.write(json.dumps({**kept, **medians, "ratios": ratios}) + "\n")
    readme = HERE / "README.md"
    how = f"{told['date']}, version {told['version']}: {told['machine']}; {told['pages']} pages."
    text = f"{how}\n\n{table(rows)}\n"
    readme.write_text(_TABLE.sub(lambda _: text, readme.read_text()))
    draw(told, HERE / "chart.png")
