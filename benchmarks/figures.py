"""The figures of a benchmark, and whether they meet their targets."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table.

    Attributes:
        name: Short, stable: the key in the history.
        what: A description of the measurement.
        unit: Of the figures.
        ours: A figure of newscrawl for each repeat; empty if it could not be measured.
        baseline: The name of the program it is compared with.
        theirs: A figure of the baseline for each repeat; measured in turn with ours.
        targets: Whether each target is met, by its description.
        note: A remark for readers.
    """

    name: str
    what: str
    unit: str
    ours: list[float]
    baseline: str = ""
    theirs: list[float] = field(default_factory=list)
    targets: dict[str, bool] = field(default_factory=dict)
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Our median divided by theirs; None without a baseline."""
        return median(self.ours) / median(self.theirs) if self.ours and self.theirs else None

    def as_dict(self) -> dict[str, Any]:
        """Return the row with its median and ratio, for JSON."""
        told = asdict(self)
        return {**told, "median": median(self.ours) if self.ours else None, "ratio": self.ratio}


def at_least(factor: float, ours: list[float], theirs: list[float]) -> dict[str, bool]:
    """Return the target that a ratio is at least this."""
    return {f"at least {factor:g} ×": median(ours) >= factor * median(theirs)}


def at_most(factor: float, ours: list[float], theirs: list[float]) -> dict[str, bool]:
    """Return the target that a ratio is at most this."""
    return {f"at most {factor:g} ×": median(ours) <= factor * median(theirs)}


def table(rows: list[Row]) -> str:
    """Return rows as a table in Markdown."""
    head = ("what", "newscrawl", "beside it", "ratio", "target")
    lines = [_line(head), _line("---" for _ in head)]
    lines += [_line(_cells(row)) for row in rows]
    notes = [f"- {row.what}: {row.note}" for row in rows if row.note]
    return "\n".join([*lines, "", *notes])


def _cells(row: Row) -> tuple[str, ...]:
    theirs = f"{spread(row.theirs)} {row.unit}, {row.baseline}" if row.theirs else row.baseline
    states = {True: "met", False: "**missed**"}
    targets = "; ".join(f"{text}: {states[met]}" for text, met in row.targets.items())
    ratio = "" if row.ratio is None else f"{row.ratio:.2f} ×"
    ours = f"{spread(row.ours)} {row.unit}" if row.ours else "not measured"
    return row.what, ours, theirs, ratio, targets


def spread(values: list[float]) -> str:
    """Return the median with the smallest and the largest value.

    >>> spread([3.0, 1.0, 2.0])
    '2.00 (1.00 to 3.00)'
    """
    middle = _rounded(median(values))
    if len(values) == 1:
        return middle
    return f"{middle} ({_rounded(min(values))} to {_rounded(max(values))})"


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _line(cells: Any) -> str:
    return "| " + " | ".join(cells) + " |"
