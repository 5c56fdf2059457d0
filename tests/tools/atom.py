"""A validator of Atom feeds: the grammar of RFC 4287, and rules beyond a grammar."""

from collections import Counter
from pathlib import Path

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
_GRAMMAR = etree.RelaxNG(etree.parse(str(Path(__file__).with_name("atom.rng"))))


def faults_of(feed: bytes) -> list[str]:
    """Return what RFC 4287 forbids in a feed."""
    root = etree.fromstring(feed)
    found = [] if _GRAMMAR.validate(root) else [str(line) for line in _GRAMMAR.error_log]
    entries = root.findall(f"{ATOM}entry")
    versions = Counter((e.findtext(f"{ATOM}id"), e.findtext(f"{ATOM}updated")) for e in entries)
    found += [f"4.1.1: {version} is there twice" for version, n in versions.items() if n > 1]
    for entry in entries:
        name = entry.findtext(f"{ATOM}id")
        if entry.find(f"{ATOM}author") is None and root.find(f"{ATOM}author") is None:
            found.append(f"4.1.2: {name} has no author")
        alternate = entry.findall(f"{ATOM}link[@rel='alternate']")
        kinds = Counter((link.get("type"), link.get("hreflang")) for link in alternate)
        found += [f"4.1.2: {name} has {n} alternate links" for n in kinds.values() if n > 1]
        if not alternate and entry.find(f"{ATOM}content") is None:
            found.append(f"4.1.2: {name} has neither content nor an alternate link")
    return found
