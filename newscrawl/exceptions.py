"""Errors that a user can act on: each message names the remedy."""


class NewscrawlError(Exception):
    """The base class: the user gets one line, without a traceback."""


class ConfigurationError(NewscrawlError):
    """An argument, a setting or a path is wrong. Raised before the first request; exit 1."""


class ArchiveError(NewscrawlError):
    """The archive can't be opened or read, or is damaged. Ends the run; exit 1."""


class LockHeld(NewscrawlError):
    """Another process crawls the site, or does other work that only one process may do. Exit 4."""


class SiteError(NewscrawlError):
    """The site can't be crawled: unreachable, not WordPress, REST closed. Ends the run; exit 1."""
