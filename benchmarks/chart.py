"""The chart of a measurement: newscrawl beside the others."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

OURS, THEIRS, TARGET = "#1f6f54", "#b9b4a8", "#c0392b"
BARS = {
    "articles_per_second": "Scrapy + trafilatura",
    "articles_beside_newspaper4k": "newspaper4k",
    "articles_beside_news_please": "news-please",
}
"""Rows whose baselines are bars of articles a second, by the bar's name."""
RATIOS = {
    "crawl_cpu": ("CPU of a crawl\n÷ Scrapy + trafilatura", 0.75),
    "cpu_per_article": ("CPU for an article\n÷ plain Scrapy's", 1.7),
    "cpu_reread": ("CPU of extract --again\n÷ the extractor's", 1.15),
    "cpu_wordpress_walk": ("CPU of a WordPress walk\n÷ wpextract's", 0.5),
    "cpu_nothing_new": ("CPU of nothing new\n÷ scrapy version", 1.8),
    "wordpress_walk": ("walk of WordPress\n÷ a bare loop's", 1.2),
    "memory": ("memory, largest archive\n÷ smallest's", 1.2),
    "slow_publishers": ("slow publishers\n÷ the ideal", 1.3),
}
"""Rows whose ratios are bars: the label of the bar, and the largest ratio that is wanted."""


def draw(told: dict[str, Any], file: Path) -> None:
    """Draw articles a second of all, and each ratio to its baseline, into *file*."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    rows = {row["name"]: row for row in told["rows"]}
    figure, (speed, ratios) = plt.subplots(1, 2, figsize=(11, 5), layout="constrained")
    _speeds(speed, rows)
    _ratios(ratios, rows)
    figure.savefig(file, dpi=110)
    plt.close(figure)


def _speeds(axes: Any, rows: dict[str, Any]) -> None:
    found = {name: rows[key] for key, name in BARS.items() if rows.get(key, {}).get("theirs")}
    bars = {"newscrawl": rows["articles_per_second"]["median"]}
    bars |= {name: median(row["theirs"]) for name, row in found.items()}
    colours = [OURS, *[THEIRS] * (len(bars) - 1)]
    shown = axes.barh(list(bars), list(bars.values()), color=colours)
    axes.bar_label(shown, fmt="%.1f", padding=4)
    axes.invert_yaxis()
    axes.set_title("Articles a second, fetched and extracted, 2 cores", fontsize=10)
    _plain(axes)


def _ratios(axes: Any, rows: dict[str, Any]) -> None:
    found = {key: RATIOS[key] for key in RATIOS if rows.get(key, {}).get("ratio")}
    names = [name for name, _ in found.values()]
    shown = axes.barh(names, [rows[key]["ratio"] for key in found], color=OURS)
    axes.bar_label(shown, fmt="%.2f ×", label_type="center", color="white")
    axes.axvline(1, color=THEIRS, linewidth=1, zorder=0)
    most = [most for _, most in found.values()]
    axes.scatter(most, range(len(most)), marker="|", s=900, color=TARGET, label="at most wanted")
    axes.legend(frameon=False, loc="lower right", fontsize=8, markerscale=0.4)
    axes.invert_yaxis()
    axes.set_title("What newscrawl adds (1 = nothing)", fontsize=10)
    _plain(axes)


def _plain(axes: Any) -> None:
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.tick_params(axis="x", bottom=False, labelbottom=False)
    axes.tick_params(axis="y", length=0)
    axes.margins(x=0.15)
