"""The logs of Procrastinate and asyncio about jobs, without what the worker has said already."""

from __future__ import annotations

import logging
from typing import Final

from newscrawl.exceptions import ArchiveError

_LOGGERS: Final = ("procrastinate.worker", "procrastinate.utils", "asyncio")
"""They log each job whose end can't be saved, most of them twice, with the whole traceback."""


def hide_failures_of_archive() -> None:
    """Log no more that a job failed because the archive did: `PatientArchive` says it once."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_is_about_job)


def _is_about_job(record: logging.LogRecord) -> bool:
    """Return whether a record is not about a failure of the archive."""
    error = record.exc_info[1] if record.exc_info else None
    causes = (error, error.__cause__) if error is not None else ()
    return not any(isinstance(cause, ArchiveError) for cause in causes)
