"""``scrapy verify``: compare the archive with the output files, and repair the files."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from typing import TYPE_CHECKING, Any, Final

from newscrawl.archive import integrity, readback, spelling_doubles
from newscrawl.archive.forgotten import KIND
from newscrawl.archive.segments import REWRITE
from newscrawl.exceptions import ArchiveError
from newscrawl.output.atomic_files import check_folder, folder_lock
from newscrawl.output.newer_files import FILE_NAME, take_files_back
from newscrawl.output.writer import lines_of, write_again, write_files
from newscrawl.program import program
from newscrawl.runtime.site_lock import holder_of, lock_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from io import BufferedReader
    from pathlib import Path

    from newscrawl.archive.database import Archive
    from newscrawl.archive.integrity import KnownSite, Revisions, WrittenSegment

BATCH_SIZE: Final = 500
"""The most rows in memory at once."""

MAX_NAMED_POSTS: Final = 20
"""The most posts that are named, of those that are missing and of those with gaps."""

FILES: Final = "files"
"""The folder with the files of media."""

ALTERED_SUFFIX: Final = ".altered"
"""Added by a repair to the names of altered files."""

REPAIR: Final = f"{program()} verify --repair"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A problem, and what to do about it.

    Attributes:
        lost: The segment whose file the archive can write again; None for other problems.
    """

    what: str
    lost: WrittenSegment | None = None


@dataclass(slots=True, kw_only=True)
class Findings:
    """The result of the check of one site.

    Attributes:
        lines: The number of lines that are equal in the files and in the archive.
        files: The number of complete files.
        notes: Facts that are not problems.
    """

    site: KnownSite
    lines: int = 0
    files: int = 0
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the findings as JSON values."""
        return {
            "site": self.site.key,
            "verdict": self.site.verdict,
            "ended": self.site.ended,
            "lines": self.lines,
            "files": self.files,
            "notes": self.notes,
            "faults": [fault.what for fault in self.faults],
        }

    def report(self) -> list[str]:
        """Return the lines for a terminal."""
        site = self.site
        run = f"{site.verdict}, {site.ended}" if site.verdict else "has not ended"
        return [
            f"{site.key}: {self.lines} lines in {self.files} files are as in the archive",
            f"  Last run: {run}",
            *(f"  {note}" for note in self.notes),
            *(f"  WRONG: {fault.what}" for fault in self.faults),
        ]


def check_sites(
    archive: Archive, output: Path, site_ids: Collection[int], *, taken: bool = False
) -> Iterator[Findings]:
    """Yield the findings of these sites, or of all if none are named. Change nothing.

    Args:
        taken: Whether users take files away: then a missing file is not a fault.

    Raises:
        ArchiveError: If the archive can't be read.
    """
    if found := archive.read(integrity.damage):
        raise ArchiveError(
            f"The archive {archive.location} is damaged ({found}): restore a copy, then check again"
        )
    sites = archive.read(integrity.known_sites, site_ids)
    gaps = _gaps(archive, {site.id for site in sites})
    for site in sites:
        findings = Findings(site=site)
        findings.faults += gaps.get(site.id, [])
        findings.faults += _doubles(archive, site)
        check_site(archive, output / site.folder, findings, taken=taken)
        yield findings


def check_site(archive: Archive, folder: Path, findings: Findings, *, taken: bool) -> None:
    """Compare the files of one site with the archive; add to *findings*."""
    site = findings.site
    # List the files first: a running crawl adds files, and the archive already knows these.
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    under_way = holder_of(archive, site.folder)
    if later := _forgotten_later(archive, site, names):
        what = f"Records were forgotten after this copy of the archive was made ({later[0]})"
        findings.faults.append(
            Fault(what=f"{what}: the next run or {REPAIR} takes them out of it again")
        )
    all_segments = archive.read(integrity.written, site.id)
    done = [segment for segment in all_segments if segment.state == "done"]
    present = [segment for segment in done if not taken or (folder / segment.file).exists()]
    for segment in present:
        _check_file(archive, segment, folder, findings)
    if len(present) < len(done):
        findings.notes.append(f"{len(done) - len(present)} files were taken out of {folder}")
    old = [segment for segment in all_segments if segment.state == REWRITE]
    if old:
        what = f"{len(old)} files still have records that were forgotten"
        findings.faults.append(Fault(what=f"{what}: the next run or {REPAIR} writes them anew"))
    waiting = [segment for segment in all_segments if segment.state in ("open", "closed")]
    _check_unwritten(waiting, under_way, findings)
    names = [name for name in names if name not in later]
    _check_unknown(names, {segment.file for segment in all_segments}, folder, findings)
    findings.faults += _named(site.missing, "is missing", "requests it again")
    findings.faults += _named(site.failed, "could not be processed", "tries it again")


def _forgotten_later(archive: Archive, site: KnownSite, names: Iterable[str]) -> list[str]:
    """Return the files about forgotten records that the archive, an older copy, does not know."""
    last, _ = archive.read(readback.known_numbers, site.id, KIND)
    found = ((name, FILE_NAME.fullmatch(name)) for name in names)
    return [name for name, match in found if match and match[1] == KIND and int(match[2]) > last]


def _doubles(archive: Archive, site: KnownSite) -> Iterator[Fault]:
    """Yield what an older archive holds twice, because an address changed its spelling."""
    for keys in archive.read(spelling_doubles.doubled_sites):
        if site.key == keys[-1]:
            yield Fault(
                what=f"{keys[-1]} is the same site as {keys[0]}: crawl one of them only, and"
                " ignore the folder of the other"
            )
    doubles = archive.read(spelling_doubles.doubled_posts, site.id)
    for first, second in doubles[:MAX_NAMED_POSTS]:
        yield Fault(
            what=f"{second} is the same post as {first}, under another spelling of its address:"
            " ignore the records with the second guid; no run adds another double"
        )
    if len(doubles) > MAX_NAMED_POSTS:
        yield Fault(what=f"{len(doubles) - MAX_NAMED_POSTS} more posts are doubled in that way")


def _named(posts: Mapping[str, str], problem: str, remedy: str) -> Iterator[Fault]:
    """Yield a fault for each post, by its id and reason, up to `MAX_NAMED_POSTS`."""
    for post, reason in list(posts.items())[:MAX_NAMED_POSTS]:
        yield Fault(what=f"Post {post} {problem}: {reason}; each run {remedy}")
    if len(posts) > MAX_NAMED_POSTS:
        yield Fault(what=f"{len(posts) - MAX_NAMED_POSTS} more posts like the last one")


def _check_unwritten(
    waiting: list[WrittenSegment], under_way: str | None, findings: Findings
) -> None:
    count = sum(segment.size for segment in waiting)
    if not count:
        return
    if under_way:
        findings.notes.append(f"{count} lines have no file yet: a crawl is under way ({under_way})")
    else:
        findings.faults.append(
            Fault(what=f"{count} lines have no file yet: the next run or {REPAIR} writes them")
        )


def _check_unknown(
    names: Iterable[str], known: Collection[str], folder: Path, findings: Findings
) -> None:
    for name in names:
        if name in known or name.startswith(".") or name == FILES:
            continue
        if ALTERED_SUFFIX in name:
            findings.notes.append(f"{folder / name} was renamed by a repair: check and delete it")
        else:
            findings.faults.append(
                Fault(what=f"{folder / name} is not from this archive: move it away")
            )


def _gaps(archive: Archive, site_ids: Collection[int]) -> dict[int, list[Fault]]:
    """Return the problems with the numbers of revisions, by site."""
    found: dict[int, list[Fault]] = {}
    for rows in (integrity.revisions_of_posts, integrity.revisions_of_extras):
        for post in _all_revisions(archive, rows):
            faults = found.setdefault(post.site_id, [])
            if post.site_id in site_ids and not post.are_whole and len(faults) < MAX_NAMED_POSTS:
                what = f"{post.count} up to {post.last}, but {post.issued} were issued"
                faults.append(
                    Fault(what=f"Revisions of {post.name}: {what}; restore a copy of the archive")
                )
    return found


def _all_revisions(archive: Archive, rows: Callable[..., list[Revisions]]) -> Iterator[Revisions]:
    after = 0
    while window := archive.read(rows, after=after, limit=BATCH_SIZE):
        after = window[-1].row
        yield from window


@dataclass(slots=True)
class _Comparison:
    """The comparison of a file with its lines in the archive.

    Attributes:
        lines: The number of lines in the archive.
        wrong: The first difference of the file; None if there is no difference.
        digest: The SHA-256 of the archive's lines.
    """

    lines: int = 0
    wrong: str | None = None
    digest: str = ""


def _check_file(
    archive: Archive, segment: WrittenSegment, folder: Path, findings: Findings
) -> None:
    path = folder / segment.file
    try:
        file = path.open("rb") if path.is_file() else None
    except OSError as error:
        what = f"{path} cannot be read ({error.strerror or error}): correct its permissions"
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
        what = f"{path} cannot be read ({error.strerror or error})"
        findings.faults.append(Fault(what=f"{what}: check the disk"))
        return
    finally:
        if file:
            file.close()
    _judge(path, segment, compared, written, findings)


def _judge(
    path: Path,
    segment: WrittenSegment,
    compared: _Comparison,
    written: str | None,
    findings: Findings,
) -> None:
    if compared.digest != segment.sha256 or compared.lines != segment.size:
        right = "is unchanged" if written == segment.sha256 else "has changed, too"
        what = f"The archive's lines of {path} have changed after the file; the file {right}"
        findings.faults.append(Fault(what=f"{what}: restore a copy of the archive"))
    elif compared.wrong:
        again = f"{REPAIR} writes it again from the archive"
        if written is not None:
            again = f"{REPAIR} renames it and writes it again from the archive"
        findings.faults.append(Fault(what=f"{path} {compared.wrong}: {again}", lost=segment))
    else:
        findings.files += 1
        findings.lines += compared.lines


def _compare(file: BufferedReader | None, lines: Iterable[bytes]) -> _Comparison:
    """Compare a file with lines, one line in memory at a time."""
    found, digest = _Comparison(wrong=None if file else "is missing"), sha256()
    for line in lines:
        found.lines += 1
        ours = line + b"\n"
        digest.update(ours)
        if file and found.wrong is None:
            found.wrong = _difference(file.read(len(ours)), ours, found.lines)
    if file and found.wrong is None and file.read(1):
        found.wrong = f"continues after the archive's {found.lines} lines"
    found.digest = digest.hexdigest()
    return found


def _difference(theirs: bytes, ours: bytes, number: int) -> str | None:
    if theirs == ours:
        return None
    if not theirs:
        return f"ends before line {number}"
    is_torn = len(theirs) < len(ours) and ours.startswith(theirs)
    return f"ends within line {number}" if is_torn else f"differs in line {number}"


# --- Repair --------------------------------------------------------------------------------------


def repair(archive: Archive, folder: Path, findings: Findings, *, taken: bool) -> list[str]:
    """Write lost and altered files again from the archive; return a line for each step.

    An altered file gets another name and is never overwritten.

    Args:
        folder: The site's output folder.
        taken: Whether users take files out of the folder, so that a missing one is not lost.

    Raises:
        ArchiveError: If a crawl of the site is under way.
        NewscrawlError: If a file cannot be written.
    """
    from newscrawl.crawl.context import now_iso  # slow, and a check does not need it

    site = findings.site
    with lock_of(archive, site.folder):
        check_folder(folder)
        # First: else words that were forgotten after a copy was made would be written again.
        faults = findings.faults
        if take_files_back(archive, site.id, folder, started=now_iso(), kind=KIND):
            again = Findings(site=site)
            check_site(archive, folder, again, taken=taken)
            faults = again.faults
        written = write_files(archive, site.id, folder, opened_before=math.inf)
        done = [f"Wrote {path}" for path in written]
        for segment in (fault.lost for fault in faults if fault.lost):
            done += _rename_altered(folder / segment.file)
            write_again(archive, segment, folder)
            done.append(f"Wrote {folder / segment.file}")
        return done


def _rename_altered(path: Path) -> list[str]:
    with folder_lock(path.parent):
        if not path.exists():
            return []
        names = (
            path.with_name(f"{path.name}{ALTERED_SUFFIX}-{number}") for number in itertools.count(1)
        )
        aside = next(name for name in names if not name.exists())
        path.rename(aside)
        return [f"Renamed {path.name} to {aside.name}"]
