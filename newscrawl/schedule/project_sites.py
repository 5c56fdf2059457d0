"""Read the sites of the project: those of a file, and those of the archive's table."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from newscrawl.archive import scheduled_sites
from newscrawl.schedule.config_file import read_plan
from newscrawl.settings import project_folder
from newscrawl.tools.schedule_checks import check_in, spider_homes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from scrapy.settings import Settings

    from newscrawl.archive.database import Archive
    from newscrawl.schedule.plan import Plan

SITES: Final = "sites.toml"
"""The name of the project's own file."""


def read_sites(settings: Settings, file: Path | None, archive: Archive | None) -> Plan:
    """Return the sites of a file and of an archive.

    Args:
        file: None for the project's own file. If the archive has sites, that file may be missing.
        archive: None if it does not exist yet.

    Raises:
        ConfigurationError: If the file has mistakes; it names all of them.
    """
    added = archive.read(scheduled_sites.load) if archive else {}
    file = file or _usual() or (None if added else project_folder() / SITES)
    return _plan(settings, file, added)


@dataclass(slots=True)
class SiteList:
    """The sites of a file and of an archive, to be read again and again.

    To check 100,000 sites takes seconds, so sites that did not change are not checked again.

    Attributes:
        settings, file: See `read_sites`.
    """

    settings: Settings
    file: Path | None
    archive: Archive
    _plan: Plan | None = None
    _digest: bytes = b""

    def read(self) -> Plan | None:
        """Return the same as `read_sites`, or None if there is neither a file nor a site."""
        added = self.archive.read(scheduled_sites.load)
        file = self.file or _usual()
        digest = _digest_of(file, added)
        if digest != self._digest:
            self._plan = _plan(self.settings, file, added) if file or added else None
            self._digest = digest
        return self._plan


def _digest_of(file: Path | None, added: Mapping[str, Mapping[str, Any]]) -> bytes:
    digest = sha256(f"{file} {added}".encode())
    with suppress(OSError):  # read_plan says what is wrong with the file
        digest.update(file.read_bytes() if file else b"")
    return digest.digest()


def _plan(settings: Settings, file: Path | None, added: Mapping[str, Mapping[str, Any]]) -> Plan:
    return read_plan(file, spider_homes(settings), check_in(settings), added)


def _usual() -> Path | None:
    usual = project_folder() / SITES
    return usual if usual.exists() else None
