"""The archive as the comparison with a site sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.archive import sync_state

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newscrawl.archive.database import Archive


@dataclass(frozen=True, slots=True)
class KnownPosts:
    """The living posts of one type of a site."""

    archive: Archive
    site_id: int
    kind: str

    async def stamps(self, ids: Sequence[int]) -> Mapping[int, str | None]:
        """Return ``modified_gmt``, as the API gave it, of those of *ids* that are known."""
        return await self.archive.run(sync_state.stamps, self.site_id, self.kind, ids)

    async def modified_since(self, time: str) -> int:
        """Return how many were modified after *time*."""
        return await self.archive.run(
            sync_state.count_since, self.site_id, self.kind, column="modified_gmt", time=time
        )

    async def published_since(self, time: str) -> int:
        """Return how many were published after *time*."""
        return await self.archive.run(
            sync_state.count_since, self.site_id, self.kind, column="published", time=time
        )
