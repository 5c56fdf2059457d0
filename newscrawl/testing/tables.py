"""The demo's small tables: authors, terms, dates, and oddities of posts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from newscrawl.testing.rows import ZERO, Author

Row = dict[str, Any]

FIRST_ID, ID_STEP, FIRST_BRIEF_ID, FIRST_HIDDEN_ID = 101, 7, 901, 951
FIRST_DAY = datetime(2026, 1, 12, 14, 5, tzinfo=UTC)
FIRST_BRIEF_DAY = datetime(2025, 7, 1, 9, 30, tzinfo=UTC)
HOURS_BETWEEN = 17
SHARED_DATES = range(10, 14)
"""Positions of posts that were imported together, and share one date."""
OLD_HOST = "https://pinestreet.staging.example"
OLD_GUIDS = range(8)
"""Positions of posts that were written on another host, which their guid still names."""
SCHEDULED = (16, 27)
"""Positions of posts that were written, and last modified, days before their date."""
EDITED_EVERY, PICTURE_EVERY, ACF_EVERY = 7, 3, 4
DELETED_PICTURE = 99

AUTHORS = (
    Author(id=2, name="Edda Quist", slug="edda-quist", description="Edits & walks."),
    Author(id=5, name="Milo Pemberton", slug="milo", description="Harbor correspondent."),
    Author(id=9, name="Saoirse Vance", slug="saoirse-vance"),
    Author(id=14, name="Guest Desk", slug="guest-desk", hidden=True),
)
CATEGORIES = {
    "harbor": "Harbor",
    "town": "Town & County",
    "nature": "Nature",
    "world": "World",
    "economy": "Economy",
    "transport": "Getting about",
    "culture": "Culture",
    "editorial": "From Pine Street",
    "kitchen": "Kitchen",
    "deutsch": "Auf Deutsch",
    "francais": "En français",
    "espanol": "En español",
}
REGIONS = {"coast": "The Coast", "mountains": "Up the Mountains", "town-quarters": "Quarters"}
HIDDEN = {
    "A draft that nobody may read": "draft",
    "Private: who broke the window": "private",
    "A post in the trash": "trash",
    "A post for next year": "future",
    "A post that waits for the editor": "pending",
}
"""Titles and statuses of posts that must never appear anywhere."""

COMMENTS = (
    Row(id=11, at=0, author_name="Wilma Tate", text="I was on it. The goats behaved."),
    Row(id=12, at=0, parent=11, author_name="B. Castellan", text="So did the piano.\nMostly."),
    Row(id=15, at=3, author_name="Roy", text="Nitrogen & patience: that’s all it takes."),
    Row(id=16, at=10, author_name="Gertrude", text="I will visit it when the weather allows."),
    Row(id=17, at=10, author_name="cheap-pills", text="Buy here", approved=False),
    Row(id=18, at=19, author_name="Émile Roux", text="Trois dollars, et le cacao ?"),
    Row(id=21, at=54, author_name="Treasurer", text="Nobody may read this."),
)
"""Comments by the position of their post; the last is on the protected one."""

KINDS: dict[str, Row] = {
    "protected": {"protected": True},
    "zero-dates": {"date": ZERO, "date_gmt": ZERO, "modified": ZERO, "modified_gmt": ZERO},
    "zero-gmt": {"date_gmt": ZERO, "modified_gmt": ZERO},
}
"""Columns of an odd post that differ from the usual ones, by the name of the oddity."""


def minutes() -> list[Row]:
    """Return the content of the huge post: about 1,400 meetings, 300 KB."""
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    matters = ("crane", "breakwater", "missing anchor", "lamp oil", "night watch", "old pier")
    reasons = ("weather", "treasurer", "tide", "mayor")
    return [
        {
            "weekday": days[number % 5],
            "week": number,
            "present": 5 + number % 8,
            "ayes": 3 + number % 5,
            "matter": matters[number % 6],
            "reason": reasons[number % 4],
        }
        for number in range(1, 1401)
    ]
