"""An editor whose days are drawn by lot: what is done to a site between and during runs."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.real.magazine import CATEGORIES, TAGS, paragraphs
from tests.real.seed import LOCAL
from tests.real.server import Change, RealWordPress, edit, insert, schedule

REMOVALS = ("trash", "set_private", "delete")
# More would pass for a broken site, on which a run refuses to delete.
REMOVALS_A_DAY = 3

STATUSES = """
$rows = $GLOBALS['wpdb']->get_results(
    "SELECT ID, post_status FROM {$GLOBALS['wpdb']->posts} WHERE post_type = 'post'");
return array_map(fn($row) => [(int) $row->ID, $row->post_status], $rows);
"""


class Editor:
    """Plans deeds that fit what the site holds; the same *seed* gives the same days."""

    def __init__(self, site: RealWordPress, seed: int) -> None:
        self._site = site
        self._pick = random.Random(seed)
        self._written = 10_000 * (seed + 1)

    def day(self, most: int = 6) -> list[Change]:
        """Up to *most* deeds on different posts, in the order to do them."""
        posts = self._site.php(STATUSES)
        self._pick.shuffle(posts)
        removals = 0
        changes = []
        for number, status in posts[: self._pick.randint(1, most)]:
            change = self._deed(number, status, removals < REMOVALS_A_DAY)
            removals += change.name in REMOVALS
            changes.append(change)
        return changes

    def _deed(self, post: int, status: str, may_remove: bool) -> Change:
        if status == "publish":
            names = (*_EDITS, *(REMOVALS if may_remove else ()), "insert", "schedule")
        else:
            names = _RETURNS.get(status, ("insert",))
        name = self._pick.choice(names)
        if name in _EDITS:
            return edit(post, **_EDITS[name](self))
        if name in {"insert", "schedule"}:
            make = insert if name == "insert" else schedule
            return make(self._title(), self._content())
        if name == "set_public":
            return edit(post, post_status="publish")
        return Change(name, {"id": post})

    def _title(self) -> str:
        self._written += 1
        return f"Changed report {self._written}"

    def _content(self) -> str:
        self._written += 1
        return "\n\n".join(paragraphs(self._written))

    def _date(self) -> dict[str, Any]:
        moment = datetime(2025, 6, 1, tzinfo=UTC) + timedelta(minutes=self._pick.randrange(90_000))
        local = f"{moment + LOCAL:%Y-%m-%d %H:%M:%S}"
        return {"post_date": local, "post_date_gmt": f"{moment:%Y-%m-%d %H:%M:%S}"}


_EDITS: dict[str, Callable[[Editor], dict[str, Any]]] = {
    "retitle": lambda editor: {"post_title": editor._title()},
    "rewrite": lambda editor: {"post_content": editor._content()},
    "redate": lambda editor: editor._date(),
    "touch": lambda editor: {},  # a new modification time, and nothing that a reader sees
    "file": lambda editor: {"post_category": editor._pick.sample(CATEGORIES, 2)},
    "tag": lambda editor: {"tags_input": [f"Topic {editor._pick.choice(TAGS)}"]},
}
_RETURNS = {
    "trash": ("restore", "restore_quietly"),
    "private": ("set_public",),
    "future": ("publish_now",),
}
