"""The last line of a run: the next step for its user."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newscrawl.crawl.options import Arguments
    from newscrawl.run_summary import Tally


def next_step(arguments: Arguments, tally: Tally, *, is_cut_short: bool) -> str:
    """Return the next step after a run that reached its end.

    "The same command" is named only if it does more than this run did.

    Args:
        is_cut_short: Whether the run left work that it could have done: it was stopped, or its time
            for articles is over.
    """
    if is_cut_short:
        return "run the same command again: it goes on from here"
    if tally.pending and arguments.later:
        return f"workers fetch the {tally.pending} pending articles"
    if tally.pending and not arguments.articles:
        return f"run without -a articles=0 for the {tally.pending} pending articles"
    if tally.pending:
        return f"a later run fetches the {tally.pending} pending articles, as their hosts allow"
    if arguments.samples:
        name = "limit" if arguments.limit else "since"
        return f"run without -a {name} for the whole site"
    if arguments.full:
        return "run without -a full=1 at any time: it fetches only what has changed"
    return "run the same command again at any time: it fetches only what has changed"
