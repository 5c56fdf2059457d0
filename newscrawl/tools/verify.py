"""The archive and the output files checked against each other: ``scrapy verify``."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from typing import TYPE_CHECKING, Final

from newscrawl.archive import integrity
from newscrawl.exceptions import ArchiveError
from newscrawl.output.writer import lines_of
from newscrawl.runtime.run_lock import holder_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from io import BufferedReader
    from pathlib import Path

    from newscrawl.archive.database import Archive
    from newscrawl.archive.integrity import KnownSite, Revisions, Written

WINDOW: Final = 500
"""Rows in memory at once."""

NAMED: Final = 20
"""So many posts are named of those that are missing, or whose revisions have holes."""

ASIDE: Final = ".altered"
"""In the names of files that a repair has set aside."""

REPAIR: Final = "scrapy verify --repair"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is wrong, and what to do.

    Attributes:
        lost: The segment whose file can be written again from the archive; None for another fault.
    """

    what: str
    lost: Written | None = None


@dataclass(slots=True, kw_only=True)
class Findings:
    """What a check found of one site.

    Attributes:
        lines: Lines of files that are as the archive has them.
        files: The files that are whole.
        notes: What is to be known, and no fault.
    """

    site: KnownSite
    lines: int = 0
    files: int = 0
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def report(self) -> list[str]:
        """Return the lines that tell it."""
        site = self.site
        run = f"{site.verdict}, {site.ended}" if site.verdict else "has not ended"
        return [
            f"{site.key}: {self.lines} lines in {self.files} files are as the archive has them",
            f"  Last run: {run}",
            *(f"  {note}" for note in self.notes),
            *(f"  WRONG: {fault.what}" for fault in self.faults),
        ]


def check_sites(
    archive: Archive, output: Path, site_ids: Collection[int], *, taken: bool = False
) -> Iterator[Findings]:
    """Yield the findings of these sites, or of all if none are named. Change nothing.

    Args:
        taken: Whether users take files away: then a missing file is no fault.

    Raises:
        ArchiveError: If the archive can't be read.
    """
    if found := archive.read(integrity.damage):
        raise ArchiveError(
            f"The archive {archive.location} is damaged ({found}): restore a copy, then check again"
        )
    sites = archive.read(integrity.known_sites, site_ids)
    holes = _holes(archive, {site.id for site in sites})
    for site in sites:
        findings = Findings(site=site)
        findings.faults += holes.get(site.id, [])
        check_site(archive, output / site.folder, findings, taken=taken)
        yield findings


def check_site(archive: Archive, folder: Path, findings: Findings, *, taken: bool) -> None:
    """Compare the files of one site with the archive."""
    site = findings.site
    # The names first: what a crawl that is under way adds meanwhile is known to the archive then.
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    under_way = holder_of(archive, site.folder)
    all_segments = archive.read(integrity.written, site.id)
    done = [segment for segment in all_segments if segment.state == "done"]
    present = [each for each in done if not taken or (folder / each.file).exists()]
    for segment in present:
        _check_file(archive, segment, folder, findings)
    if len(present) < len(done):
        findings.notes.append(f"{len(done) - len(present)} files were taken from {folder}")
    waiting = [segment for segment in all_segments if segment.state != "done"]
    _tell_waiting(waiting, under_way, findings)
    _tell_strangers(names, {segment.file for segment in all_segments}, folder, findings)
    named = list(site.missing.items())
    findings.faults += [
        Fault(what=f"Post {post_id} is missing: {reason}; each run asks for it again")
        for post_id, reason in named[:NAMED]
    ]
    if len(named) > NAMED:
        findings.faults.append(Fault(what=f"{len(named) - NAMED} more posts are missing"))
    findings.faults += [
        Fault(what=f"Post {post} could not be processed: {reason}; each run tries it again")
        for post, reason in list(site.failed.items())[:NAMED]
    ]
    if len(site.failed) > NAMED:
        more = f"{len(site.failed) - NAMED} more posts could not be processed"
        findings.faults.append(Fault(what=more))


def _tell_waiting(waiting: list[Written], under_way: str | None, findings: Findings) -> None:
    count = sum(segment.size for segment in waiting)
    if not count:
        return
    if under_way:
        findings.notes.append(f"{count} lines have no file yet: a crawl is under way ({under_way})")
    else:
        findings.faults.append(
            Fault(what=f"{count} lines have no file yet: the next run, or {REPAIR}, writes them")
        )


def _tell_strangers(
    names: Iterable[str], known: Collection[str], folder: Path, findings: Findings
) -> None:
    for name in names:
        if name in known or name.startswith("."):
            continue
        if ASIDE in name:
            findings.notes.append(f"{folder / name} was set aside: look at it, and remove it")
        else:
            findings.faults.append(
                Fault(what=f"{folder / name} is not of this archive: move it away")
            )


def _holes(archive: Archive, site_ids: Collection[int]) -> dict[int, list[Fault]]:
    """Return what is wrong with the numbers of revisions, by site."""
    found: dict[int, list[Fault]] = {}
    for rows in (integrity.revisions_of_posts, integrity.revisions_of_extras):
        for each in _all_revisions(archive, rows):
            faults = found.setdefault(each.site_id, [])
            if each.site_id in site_ids and not each.are_whole and len(faults) < NAMED:
                what = f"{each.count} up to {each.last}, where {each.told} were issued"
                faults.append(
                    Fault(what=f"Revisions of {each.name}: {what}; restore a copy of the archive")
                )
    return found


def _all_revisions(archive: Archive, rows: Callable[..., list[Revisions]]) -> Iterator[Revisions]:
    after = 0
    while window := archive.read(rows, after=after, limit=WINDOW):
        after = window[-1].row
        yield from window


@dataclass(slots=True)
class _Comparison:
    """A file against its lines in the archive.

    Attributes:
        lines: Those of the archive.
        wrong: Where the file first differs, and how; None where it does not.
        digest: Of the archive's lines.
    """

    lines: int = 0
    wrong: str | None = None
    digest: str = ""


def _check_file(archive: Archive, segment: Written, folder: Path, findings: Findings) -> None:
    path = folder / segment.file
    try:
        file = path.open("rb") if path.is_file() else None
    except OSError as error:
        what = f"{path} can't be read ({error.strerror or error}): mend its permissions"
        findings.faults.append(Fault(what=what))
        return
    try:
        compared = _compare(file, lines_of(archive, segment.id))
        written = file_digest(file, "sha256").hexdigest() if file and not file.seek(0) else None
    except ArchiveError:
        what = f"The archive's lines of {path} are damaged: restore a copy of the archive"
        findings.faults.append(Fault(what=what))
        return
    except OSError as error:
        what = f"{path} can't be read ({error.strerror or error})"
        findings.faults.append(Fault(what=f"{what}: check the disk"))
        return
    finally:
        if file:
            file.close()
    _judge(path, segment, compared, written, findings)


def _judge(
    path: Path, segment: Written, compared: _Comparison, written: str | None, findings: Findings
) -> None:
    if compared.digest != segment.sha256 or compared.lines != segment.size:
        right = "is as it was written" if written == segment.sha256 else "is altered, too"
        what = f"The archive's lines of {path} are not those that were written; the file {right}"
        findings.faults.append(Fault(what=f"{what}: restore a copy of the archive"))
    elif compared.wrong:
        again = f"{REPAIR} writes it again from the archive"
        if written is not None:
            again = f"{REPAIR} sets it aside and writes it again from the archive"
        findings.faults.append(Fault(what=f"{path} {compared.wrong}: {again}", lost=segment))
    else:
        findings.files += 1
        findings.lines += compared.lines


def _compare(file: BufferedReader | None, lines: Iterable[bytes]) -> _Comparison:
    """Compare without keeping more than a line of the file."""
    found, digest = _Comparison(wrong=None if file else "is missing"), sha256()
    for line in lines:
        found.lines += 1
        ours = line + b"\n"
        digest.update(ours)
        if file and found.wrong is None:
            found.wrong = _difference(file.read(len(ours)), ours, found.lines)
    if file and found.wrong is None and file.read(1):
        found.wrong = f"goes on after the archive's {found.lines} lines"
    found.digest = digest.hexdigest()
    return found


def _difference(theirs: bytes, ours: bytes, number: int) -> str | None:
    if theirs == ours:
        return None
    if not theirs:
        return f"ends before line {number}"
    is_torn = len(theirs) < len(ours) and ours.startswith(theirs)
    return f"ends within line {number}" if is_torn else f"differs in line {number}"
