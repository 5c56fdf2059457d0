"""``scrapy report --plot FILE``: runs and their verdicts as a picture."""

from __future__ import annotations

from datetime import datetime
from typing import IO, TYPE_CHECKING, Final, Literal, TypeAlias

from newscrawl.exceptions import ConfigurationError
from newscrawl.outcomes import FETCHED, PENDING
from newscrawl.run_summary import COMPLETE, FAILED, PARTIAL

try:
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch
    from matplotlib.ticker import MaxNLocator
except ModuleNotFoundError as error:
    raise ConfigurationError(
        "--plot needs matplotlib: run uv run --extra plots scrapy report --plot ...,"
        " or pip install 'newscrawl[plots]'"
    ) from error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from newscrawl.archive.runs import Run

Place: TypeAlias = Literal["outside lower left", "outside lower right"]

MAX_SITES: Final = 20
"""The most sites in one picture."""

WIDTH, HEIGHT = 11.0, 2.6
"""The width of the picture and the height of a site in it, in inches."""

POSTS: Final = {"new": "#1f6f54", "updated": "#8bbf9f", "deleted": "#4a4a4a"}
ARTICLES: Final = {"fetched": "#1f6f54", "pending": "#d9d4c7", "others": "#c58b3a"}
VERDICTS: Final = {COMPLETE: "#4fae5b", PARTIAL: "#e0a030", FAILED: "#c0392b", None: "#999999"}
"""The colors of counts and of verdicts; None is a run that has not ended."""


def draw(sites: Sequence[tuple[str, Sequence[Run]]], file: IO[bytes], image_format: str) -> None:
    """Draw a row for each site: the posts of its runs, and the outcomes of their articles.

    Args:
        sites: Sites with their runs, newest first.
        kind: "png", "svg" or "pdf".

    Raises:
        ConfigurationError: If there are too many sites for one picture.
    """
    if len(sites) > MAX_SITES:
        raise ConfigurationError(
            f"--plot shows at most {MAX_SITES} sites, not {len(sites)}: give the URLs of some sites"
        )
    figure = Figure(figsize=(WIDTH, HEIGHT * max(1, len(sites)) + 0.5), layout="constrained")
    rows = figure.subplots(max(1, len(sites)), 2, squeeze=False)
    for (posts, articles), (site, runs) in zip(rows, sites, strict=False):
        ordered = list(reversed(runs))
        posts.set_title(site, loc="left", fontsize=10, parse_math=False)
        _stack(posts, [_posts(run) for run in ordered], POSTS)
        _verdicts(posts, ordered)
        _stack(articles, [_articles(run) for run in ordered], ARTICLES)
        for axes in (posts, articles):
            _dates(axes, ordered)
    rows[0][1].set_title("articles", loc="left", fontsize=10)
    dots = [_dot(color, verdict or "not ended") for verdict, color in VERDICTS.items()]
    _legend(figure, [*_patches(POSTS), *dots], "outside lower left")
    _legend(figure, _patches(ARTICLES), "outside lower right")
    with rc_context({"svg.fonttype": "none"}):  # text stays text, so that it can be searched
        figure.savefig(file, format=image_format, dpi=120)


def _posts(run: Run) -> dict[str, int]:
    return {name: run.tally.get(name) or 0 for name in POSTS}


def _articles(run: Run) -> dict[str, int]:
    outcomes: Mapping[str, int] = run.tally.get("outcomes") or {}
    others = sum(count for name, count in outcomes.items() if name not in {FETCHED, PENDING})
    return {
        "fetched": outcomes.get(FETCHED, 0),
        "pending": run.tally.get("pending") or 0,
        "others": others,
    }


def _stack(axes: Axes, counts: Sequence[Mapping[str, int]], colors: Mapping[str, str]) -> None:
    """Draw a bar for each run, with a piece for each count."""
    below = [0] * len(counts)
    for name, color in colors.items():
        heights = [count[name] for count in counts]
        axes.bar(range(len(counts)), heights, bottom=below, color=color, width=0.8)
        below = [low + high for low, high in zip(below, heights, strict=True)]
    axes.set_ylim(0, max([*below, 1]) * 1.1)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.spines[["top", "right"]].set_visible(False)


def _verdicts(axes: Axes, runs: Sequence[Run]) -> None:
    """Mark each run's verdict below its bar."""
    colors = [VERDICTS.get(run.verdict, VERDICTS[None]) for run in runs]
    below = axes.get_xaxis_transform()  # x is the number of the run, y is relative to the picture
    places = range(len(runs)), [-0.05] * len(runs)
    axes.scatter(*places, c=colors, s=18, clip_on=False, transform=below)


def _dates(axes: Axes, runs: Sequence[Run]) -> None:
    """Write the start times of as many runs as there is room for."""
    step = max(1, -(-len(runs) // 6))
    places = range(0, len(runs), step)
    started = [datetime.fromisoformat(runs[place].started) for place in places]
    axes.set_xticks(list(places), [f"{time:%Y-%m-%d\n%H:%M}" for time in started], fontsize=7)
    axes.tick_params(axis="x", length=0, pad=11)
    axes.tick_params(axis="y", labelsize=8)


def _patches(colors: Mapping[str, str]) -> list[Artist]:
    return [Patch(color=color, label=name) for name, color in colors.items()]


def _dot(color: str, label: str) -> Artist:
    return Line2D([], [], color=color, label=label, marker="o", markersize=4, linestyle="")


def _legend(figure: Figure, shown: Sequence[Artist], place: Place) -> None:
    figure.legend(
        handles=shown, loc=place, ncols=len(shown), fontsize=7, frameon=False, handlelength=1
    )
