"""Posts that a site no longer has: asked for by their own address before anything is believed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from newscrawl.archive import changes
from newscrawl.wordpress.walk import confirm_gone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawl.answer import Ask
    from newscrawl.session import Session
    from newscrawl.wordpress.site import PostType

logger = logging.getLogger(__name__)

MAX_SHARE: Final = 0.05
MIN_ALLOWED: Final = 10
"""A run buries so many posts at most, as a share of the archive or in any case.

More than that is hardly what editors did: a listing came back short, or the API has changed.
"""


def allowance(alive: int) -> int:
    """Return how many of so many a run may bury.

    >>> allowance(40), allowance(2000)
    (10, 100)
    """
    return max(MIN_ALLOWED, int(alive * MAX_SHARE))


class Burial:
    """Buries posts of one type that are absent from a listing of the whole site."""

    def __init__(self, session: Session, kind: PostType, ask: Ask) -> None:
        self._session = session
        self._kind = kind
        self._ask = ask

    async def of_absent(self, listed: set[int]) -> bool:
        """Bury what a listing that came whole does not have, each confirmed by its own address.

        Returns False where that is more than can be believed: then nothing is deleted.
        """
        session = self._session
        where = (session.site_id, self._kind.slug)
        absent = await session.archive.run(changes.absent, *where, listed)
        if not await self._is_likely(len(absent)):
            return False
        await self.of(absent)
        # What came while the API was closed, and is not listed now that it is open.
        unnumbered = await session.archive.run(changes.unnumbered, *where)
        answers = {stand_in: await self._ask(place) for stand_in, place in unnumbered.items()}
        gone = {
            stand_in
            for stand_in, answer in answers.items()
            if answer.outcome is None and answer.status in (404, 410)
        }
        if not await self._is_likely(len(gone)):
            return False
        await session.archive.run(changes.bury, session.site_id, gone)
        return True

    async def _is_likely(self, count: int) -> bool:
        """Tell whether a run may bury so many; say where it may not."""
        session = self._session
        alive = await session.archive.run(changes.count_alive, session.site_id, self._kind.slug)
        allowed = allowance(alive)
        if count > allowed:
            session.tally.partial.append(
                f"{count} of {alive} posts are not listed any more, which is more than a run"
                f" deletes ({allowed}): none was deleted; look at the site"
            )
        return count <= allowed

    async def of(self, ids: Iterable[int]) -> None:
        """Bury those of *ids* that the site says it no longer has; name those it won't tell of."""
        gone = set()
        for post_id in ids:
            fate = await confirm_gone(self._session.found, self._kind, post_id, self._ask)
            if fate in ("gone", "private"):
                gone.add(post_id)
            elif fate == "unknown":
                self._session.tally.missing[post_id] = (
                    "not listed, and its own address does not say"
                )
        if gone:
            logger.info("No longer on the site: %s", ", ".join(map(str, sorted(gone))))
            self._session.gone |= gone
            await self._session.archive.run(changes.bury, self._session.site_id, gone)
